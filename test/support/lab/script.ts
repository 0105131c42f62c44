import type { IncomingHttpHeaders, ServerResponse } from 'node:http';

/** A request as the lab got it. */
export interface LabRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly at: number;
}

/** What it answers. */
export interface LabAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON, or text as it is. */
  readonly body: unknown;
}

/** A request in a script's hands: it may let the lab act, and answers as it likes. */
export interface LabExchange {
  readonly request: LabRequest;
  /** Acts as the lab does, once; later calls give the same answer. */
  readonly commit: () => LabAnswer;
  readonly send: (answer: LabAnswer) => void;
  readonly response: ServerResponse;
}

/** Which requests a script is for. */
export interface LabMatch {
  readonly method?: 'GET' | 'POST';
  /** Path, exactly. */
  readonly path?: string;
  readonly page?: number;
  readonly contains?: string;
  /** Matching requests that are passed over first. */
  readonly after?: number;
  /** Times that it strikes at most. */
  readonly times?: number;
}

type Act = (exchange: LabExchange) => void | Promise<void>;

/** A script that is in force. */
export interface LabScript {
  readonly struck: number;
  remove(): void;
}

/** A request that is kept from its answer. */
export interface Held {
  /** Resolves when the lab has the request. */
  readonly reached: Promise<LabExchange>;
  /** Lets it go on. */
  release(): void;
}

/** Behaviours by name of the requests they are for; the latest that matches decides. */
export class ScriptBook {
  readonly #scripts: { match: LabMatch; act: Act; seen: number; struck: number }[] = [];

  on(match: LabMatch, act: Act): LabScript {
    const script = { match, act, seen: 0, struck: 0 };
    this.#scripts.unshift(script);
    return {
      get struck() {
        return script.struck;
      },
      remove: () => {
        const place = this.#scripts.indexOf(script);
        if (place >= 0) this.#scripts.splice(place, 1);
      },
    };
  }

  /** Answers in the lab's place. */
  answer(match: LabMatch, answer: LabAnswer | ((request: LabRequest) => LabAnswer)): LabScript {
    return this.on(match, ({ request, send }) => {
      send(typeof answer === 'function' ? answer(request) : answer);
    });
  }

  /** Holds the first matching request: before the lab acts on it, or after it did and before it answers. */
  hold(match: LabMatch, moment: 'before' | 'after'): Held {
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    let reach: (exchange: LabExchange) => void = () => undefined;
    const reached = new Promise<LabExchange>((resolve) => (reach = resolve));
    this.on({ times: 1, ...match }, async (exchange) => {
      if (moment === 'after') exchange.commit();
      reach(exchange);
      await released;
      exchange.send(exchange.commit());
    });
    return { reached, release };
  }

  clear(): void {
    this.#scripts.length = 0;
  }

  find(request: LabRequest): Act | undefined {
    const found = this.#scripts.find((script) => {
      if (!fits(script.match, request) || script.struck >= (script.match.times ?? Infinity)) return false;
      script.seen += 1;
      return script.seen > (script.match.after ?? 0);
    });
    if (found) found.struck += 1;
    return found?.act;
  }
}

function fits({ method, path, page, contains }: LabMatch, request: LabRequest): boolean {
  if (method !== undefined && method !== request.method) return false;
  if (path !== undefined && path !== request.path) return false;
  if (page !== undefined && request.query.get('page') !== String(page)) return false;
  return contains === undefined || request.body.includes(contains);
}
