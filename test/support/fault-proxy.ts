import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** What the proxy does to bytes that arrive. */
export type ProxyMode =
  /** Passes them on. */
  | { readonly kind: 'open' }
  /** Refuses connections and cuts those that are there. */
  | { readonly kind: 'refuse' }
  /** Keeps connections, accepts new ones, and passes nothing on: a half-open socket. */
  | { readonly kind: 'freeze' }
  /** Passes on what clients send, and holds the answers back. */
  | { readonly kind: 'mute' }
  /** Passes every piece on so much later. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** Passes answers on a few bytes at a time. */
  | { readonly kind: 'drip'; readonly bytes: number; readonly everyMs: number }
  /** Resets a connection when so many bytes of answers went through it. */
  | { readonly kind: 'reset'; readonly afterBytes: number };

/** A TCP proxy in front of a server that can be made to misbehave. */
export interface FaultProxy {
  readonly port: number;
  /** Pieces that clients have sent so far. */
  readonly sent: number;
  /** `url` with the proxy in the place of its host and port. */
  readonly through: (url: string) => string;
  set(mode: ProxyMode): void;
  /** Leads new connections to another port: the server came back elsewhere. */
  retarget(url: string): void;
  /** Cuts all connections once. */
  cut(): void;
  /** Resolves when clients have sent so many pieces in all. */
  afterSent(pieces: number): Promise<void>;
  close(): Promise<void>;
}

interface Line {
  readonly near: Socket;
  readonly far: Socket;
  passed: number;
  /** Pieces held back while frozen, in order. */
  readonly held: (() => void)[];
  /** Ends when everything before was passed on, so that delays keep the order. */
  tail: Promise<void>;
}

/** Starts a proxy on a free port of 127.0.0.1. */
export async function startFaultProxy(url: string): Promise<FaultProxy> {
  const proxy = new Proxying(portOf(url));
  await proxy.listen();
  return proxy;
}

function portOf(url: string): number {
  return Number(new URL(url).port);
}

class Proxying implements FaultProxy {
  readonly #server: Server;
  readonly #lines = new Set<Line>();
  readonly #waiting = new Set<{ pieces: number; resolve: () => void }>();
  #mode: ProxyMode = { kind: 'open' };
  #target: number;
  #sent = 0;

  constructor(target: number) {
    this.#target = target;
    this.#server = createServer((near) => {
      this.#accept(near);
    });
  }

  async listen(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get sent(): number {
    return this.#sent;
  }

  through = (url: string): string => {
    const changed = new URL(url);
    changed.hostname = '127.0.0.1';
    changed.port = String(this.port);
    return changed.href;
  };

  set(mode: ProxyMode): void {
    this.#mode = mode;
    if (mode.kind === 'refuse') this.cut();
    if (mode.kind === 'freeze' || mode.kind === 'mute') return;
    for (const line of this.#lines) for (const pass of line.held.splice(0)) pass();
  }

  retarget(url: string): void {
    this.#target = portOf(url);
  }

  cut(): void {
    for (const { near, far } of this.#lines) {
      near.resetAndDestroy();
      far.destroy();
    }
    this.#lines.clear();
  }

  afterSent(pieces: number): Promise<void> {
    if (this.#sent >= pieces) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.add({ pieces, resolve }));
  }

  async close(): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #accept(near: Socket): void {
    if (this.#mode.kind === 'refuse') {
      near.resetAndDestroy();
      return;
    }
    const far = connect(this.#target, '127.0.0.1');
    const line: Line = { near, far, passed: 0, held: [], tail: Promise.resolve() };
    this.#lines.add(line);
    const end = (): void => {
      this.#lines.delete(line);
      near.destroy();
      far.destroy();
    };
    for (const socket of [near, far]) socket.on('error', end).on('close', end);
    near.on('data', (data) => {
      this.#count();
      this.#pass(line, far, data);
    });
    far.on('data', (data) => {
      line.passed += data.length;
      if (this.#mode.kind === 'reset' && line.passed > this.#mode.afterBytes) near.resetAndDestroy();
      else this.#pass(line, near, data, this.#mode.kind === 'drip' ? this.#mode : undefined);
    });
  }

  #count(): void {
    this.#sent += 1;
    for (const each of this.#waiting) {
      if (this.#sent < each.pieces) continue;
      this.#waiting.delete(each);
      each.resolve();
    }
  }

  #pass(line: Line, to: Socket, data: Buffer, drip?: { bytes: number; everyMs: number }): void {
    const write = (part: Buffer): void => {
      if (this.#mode.kind === 'freeze' || (this.#mode.kind === 'mute' && to === line.near))
        line.held.push(() => to.write(part));
      else if (to.writable) to.write(part);
    };
    const { kind } = this.#mode;
    line.tail = line.tail.then(async () => {
      if (kind === 'delay') await pause((this.#mode as { ms?: number }).ms ?? 0);
      if (!drip) write(data);
      for (let at = 0; drip && at < data.length && to.writable; at += drip.bytes) {
        write(data.subarray(at, at + drip.bytes));
        await pause(drip.everyMs);
      }
    });
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
