import { AuthError, HttpStatusError, type IntegrationError, NetworkError, RateLimitError } from '../core/errors.ts';
import {
  clientSubject,
  outgoingSubject,
  type Incident,
  type IncidentState,
  type NewIncident,
} from '../core/incident.ts';
import type { CheckStep, CallWatch } from '../http/types.ts';
import type { Log } from './deps.ts';

/** Where incidents are kept. The store implements it. */
export interface IncidentStore {
  open(): Promise<Incident[]>;
  begin(incident: NewIncident): Promise<boolean>;
  claimProbe(incident: Pick<Incident, 'id' | 'probes'>, nextProbeAt: number): Promise<boolean>;
  tryOut(id: number, until: number): Promise<void>;
  end(subject: string, note: string): Promise<boolean>;
}

export interface ClientHealthDeps {
  readonly incidents: IncidentStore;
  /** Tests the connection of a client; undefined where there is no such client. */
  readonly check: (client: string) => Promise<readonly CheckStep[] | undefined>;
  /** Outgoings that write through a client. */
  readonly outgoingsOf: (client: string) => Promise<readonly string[]>;
  /** First wait before a client that cannot sign in is tried again; a tenth of it where a system does not answer. */
  readonly firstProbeMs: number;
  readonly log: Log;
  readonly now: () => number;
  readonly random: () => number;
}

/** Whether work of a client may go on. Asked before each batch and each run. */
export interface HealthGate {
  /** Why it may not; undefined where it may. Up to half a second old. For an outgoing, what concerns it alone counts too. */
  standstill(client: string, outgoing?: string): Promise<Incident | undefined>;
  /** Like {@link HealthGate.standstill}, when what has just failed was taken into account. */
  afterFailure(client: string, outgoing: string, refusal: Refusal | undefined): Promise<Incident | undefined>;
  /** A call of an outgoing was answered as it should be. */
  published(outgoing: string): Promise<void>;
}

/** Records whose calls were refused for their credentials. */
export interface Refusal {
  readonly keys: readonly string[];
  readonly error: AuthError;
}

/** Health of clients as it is kept for all processes: what fails opens incidents, and probes end them. */
export interface ClientHealth extends HealthGate, Pick<CallWatch, 'answered' | 'failed'> {
  /** Probes what is due. Safe in any number of processes at once. */
  probe(): Promise<void>;
  /** A person showed that it works, or changed what was wrong: work goes on at once. */
  recover(client: string, note: string): Promise<void>;
}

/** An outgoing that published something so long ago is not refused as a whole at once: it may be the record. */
const PUBLISHED_FOR_MS = 60_000;
/** Different records refused in a row, after which it is, whatever it published before. */
const REFUSED_TO_REST = 3;
/** Calls in a row that failed because nobody answers, before all work of the client rests. */
const FAILURES_TO_REST = 3;
const CACHE_MS = 500;
const LONGEST_WAIT_MS: Readonly<Record<IncidentState, number>> = {
  broken: 15 * 60_000,
  away: 60_000,
  recovering: 60_000,
  'low-disk': 60_000,
};

/** Makes the health of all clients of this process. */
export function createClientHealth(deps: ClientHealthDeps): ClientHealth {
  return new Health(deps);
}

class Health implements ClientHealth {
  readonly #deps: ClientHealthDeps;
  /** Failures in a row by client, since the last answer. */
  readonly #failures = new Map<string, number>();
  /** When clients were answered last. */
  readonly #answered = new Map<string, number>();
  /** When outgoings published something last. */
  readonly #published = new Map<string, number>();
  /** Records that were refused since their outgoing published something. */
  readonly #refused = new Map<string, Set<string>>();
  /** What failures and probes of a client are being looked into. */
  readonly #pending = new Map<string, Promise<void>>();
  #open: Promise<ReadonlyMap<string, Incident>> | undefined;
  #readAt = -Infinity;

  constructor(deps: ClientHealthDeps) {
    this.#deps = deps;
  }

  async standstill(client: string, outgoing?: string): Promise<Incident | undefined> {
    const incidents = await this.#incidents();
    const subjects = [clientSubject(client), ...(outgoing === undefined ? [] : [outgoingSubject(outgoing)])];
    return subjects.map((subject) => incidents.get(subject)).find((each) => each && each.state !== 'recovering');
  }

  async afterFailure(client: string, outgoing: string, refusal: Refusal | undefined): Promise<Incident | undefined> {
    await this.#pending.get(client);
    const found = await this.standstill(client);
    if (found ?? !refusal) return found;
    const refused = new Set([...(this.#refused.get(outgoing) ?? []), ...refusal.keys.slice(0, REFUSED_TO_REST)]);
    this.#refused.set(outgoing, refused);
    const hasPublished = this.#deps.now() - (this.#published.get(outgoing) ?? -Infinity) < PUBLISHED_FOR_MS;
    if (!hasPublished || refused.size >= REFUSED_TO_REST)
      await this.#begin(outgoingSubject(outgoing), 'broken', refusal.error);
    return this.standstill(client, outgoing);
  }

  async published(outgoing: string): Promise<void> {
    this.#published.set(outgoing, this.#deps.now());
    this.#refused.delete(outgoing);
    if ((await this.#incidents()).has(outgoingSubject(outgoing)))
      await this.#end(outgoingSubject(outgoing), 'It was let in again');
  }

  answered(client: string): void {
    this.#failures.delete(client);
    this.#answered.set(client, this.#deps.now());
  }

  failed(client: string, error: IntegrationError, stage: 'sign-in' | 'call'): void {
    // A test of the client fails by the same calls: what it finds is judged as a whole.
    if (this.#pending.has(client) || error instanceof RateLimitError) return;
    const judging = this.#judge(client, error, stage);
    if (judging) this.#track(client, judging);
  }

  async probe(): Promise<void> {
    const { now } = this.#deps;
    this.#forget();
    const due = [...(await this.#incidents()).values()].filter((each) => isDue(each, now()));
    for (const incident of due.filter(isOutgoing)) await this.#tryOutgoing(incident);
    for (const incident of due.filter(isClient)) {
      const client = nameOf(incident);
      if (!this.#pending.has(client)) this.#track(client, this.#probeOne(incident, client));
    }
  }

  async recover(client: string, note: string): Promise<void> {
    this.#failures.delete(client);
    await this.#end(clientSubject(client), note);
    const open = await this.#incidents();
    if (![...open.values()].some(isOutgoing)) return;
    for (const outgoing of await this.#deps.outgoingsOf(client)) await this.#end(outgoingSubject(outgoing), note);
  }

  async #end(subject: string, note: string): Promise<void> {
    if (await this.#deps.incidents.end(subject, note)) {
      this.#deps.log.info({ ...about(subject), note }, `${titleOf(subject)} works again; what waited for it goes on`);
    }
    this.#forget();
  }

  #judge(client: string, error: IntegrationError, stage: 'sign-in' | 'call'): Promise<void> | undefined {
    if (stage === 'sign-in')
      return isForClient(error) ? this.#begin(clientSubject(client), 'broken', error) : undefined;
    if (error instanceof AuthError) return this.#confirm(client, error);
    if (!isNobodyThere(error)) return undefined;
    const failures = (this.#failures.get(client) ?? 0) + 1;
    this.#failures.set(client, failures);
    return this.#rest(client, failures, error);
  }

  /** A client on trial rests again at its first failure, unless it has answered since the trial began. */
  async #rest(client: string, failures: number, error: IntegrationError): Promise<void> {
    const incident = (await this.#incidents()).get(clientSubject(client));
    const isOnTrial = incident?.state === 'recovering';
    const trialBegan = (incident?.nextProbeAt ?? 0) - this.#deps.firstProbeMs;
    const hasAnswered = (this.#answered.get(client) ?? 0) > trialBegan;
    if (failures >= FAILURES_TO_REST || (isOnTrial && !hasAnswered))
      await this.#begin(clientSubject(client), 'away', error);
  }

  /** One call may be refused for what it asks; a test tells whether the client as a whole is. */
  async #confirm(client: string, error: IntegrationError): Promise<void> {
    if ((await this.#incidents()).has(clientSubject(client))) return;
    const failed = await this.#findFault(client);
    if (failed) await this.#begin(clientSubject(client), isUnreachable(failed) ? 'away' : 'broken', error);
  }

  /** What fails during a trial is the incident from before, and waits longer each time. */
  async #begin(subject: string, state: 'broken' | 'away', { code, message }: IntegrationError): Promise<void> {
    const { incidents, log, now } = this.#deps;
    const { probes = 0 } = (await this.#incidents()).get(subject) ?? {};
    const nextProbeAt = now() + this.#waitBefore(state, probes);
    const isNew = await incidents.begin({ subject, state, code, message, nextProbeAt });
    this.#forget();
    if (isNew)
      log.error({ ...about(subject), state, code }, `${titleOf(subject)} is ${state}, its routes wait: ${message}`);
  }

  /** There is no call but its own that would tell: some records go out, and what becomes of them tells. */
  async #tryOutgoing(incident: Incident): Promise<void> {
    const { incidents, now, firstProbeMs } = this.#deps;
    if (incident.state === 'recovering') {
      await this.#end(incident.subject, 'Nothing was refused for a while');
      return;
    }
    if (!(await incidents.claimProbe(incident, now() + this.#waitBefore('broken', incident.probes + 1)))) return;
    await incidents.tryOut(incident.id, now() + firstProbeMs);
    this.#forget();
  }

  async #probeOne(incident: Incident, client: string): Promise<void> {
    const { incidents, now } = this.#deps;
    if (incident.state === 'recovering') {
      await this.recover(client, 'It answers again');
      return;
    }
    const { state, probes } = incident;
    if (!(await incidents.claimProbe(incident, now() + this.#waitBefore(state, probes + 1)))) return;
    const failed = await this.#findFault(client);
    if (!failed) {
      this.#failures.delete(client);
      // What a test finds right, calls may find wrong: it is over only when nothing failed for a while.
      if (state === 'away') await incidents.tryOut(incident.id, now() + this.#deps.firstProbeMs);
      else await this.recover(client, 'A test of its connection passed');
    }
    this.#forget();
  }

  /** The step of a test that failed; undefined where all passed or the client is gone. */
  async #findFault(client: string): Promise<CheckStep | undefined> {
    const steps = await this.#deps.check(client);
    return steps?.find((step) => step.status === 'failed');
  }

  /** Doubles with each probe up to a ceiling; drawn by lot, so that clients do not come back in step. */
  #waitBefore(state: IncidentState, probes: number): number {
    const { firstProbeMs, random } = this.#deps;
    const first = state === 'broken' ? firstProbeMs : firstProbeMs / 10;
    return Math.round(Math.min(LONGEST_WAIT_MS[state], first * 2 ** Math.min(probes, 20)) * (0.75 + random() / 4));
  }

  #track(client: string, work: Promise<void>): void {
    const tracked = work
      .catch((error: unknown) => {
        this.#deps.log.warn({ client, err: error }, 'The health of a client could not be looked into');
      })
      .finally(() => {
        this.#pending.delete(client);
      });
    this.#pending.set(client, tracked);
  }

  #forget(): void {
    this.#readAt = -Infinity;
  }

  #incidents(): Promise<ReadonlyMap<string, Incident>> {
    if (this.#open && performance.now() - this.#readAt < CACHE_MS) return this.#open;
    this.#readAt = performance.now();
    this.#open = this.#deps.incidents.open().then((all) => new Map(all.map((each) => [each.subject, each])));
    this.#open.catch(() => {
      this.#forget();
    });
    return this.#open;
  }
}

function isClient({ subject }: Incident): boolean {
  return subject.startsWith('client/');
}

function isOutgoing({ subject }: Incident): boolean {
  return subject.startsWith('outgoing/');
}

function nameOf({ subject }: Pick<Incident, 'subject'>): string {
  return subject.slice(subject.indexOf('/') + 1);
}

function titleOf(subject: string): string {
  const [kind = ''] = subject.split('/');
  return `The ${kind} "${nameOf({ subject })}"`;
}

/** `{ client: … }` or `{ outgoing: … }`, for the log. */
function about(subject: string): Readonly<Record<string, string>> {
  const [kind = ''] = subject.split('/');
  return { [kind]: nameOf({ subject }) };
}

/** A document that was changed since the last look is worth one at once. */
function isDue({ nextProbeAt, changedAt, checkedAt }: Incident, now: number): boolean {
  return nextProbeAt <= now || (changedAt ?? 0) > checkedAt;
}

/** Before anything was sent: a wrong setting, a refusal, or nobody at the token URL. */
function isForClient(error: IntegrationError): boolean {
  return error instanceof AuthError || isNobodyThere(error);
}

/** Nobody answers, or only to say that it cannot. */
function isNobodyThere(error: IntegrationError): boolean {
  if (error instanceof HttpStatusError) return error.status >= 500;
  return error instanceof NetworkError && NOBODY_THERE.has(error.code);
}

const NOBODY_THERE: ReadonlySet<string> = new Set([
  'ERR_CONNECTION_REFUSED',
  'ERR_CONNECTION_LOST',
  'ERR_HOST_NOT_FOUND',
  'ERR_TIMEOUT_CONNECT',
  'ERR_TIMEOUT_HEADERS',
  'ERR_TLS',
]);

function isUnreachable({ step }: CheckStep): boolean {
  return step === 'address' || step === 'tls';
}
