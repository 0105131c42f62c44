import type { Request, Response } from 'got';

/** An answer as it came in: head and unpacked bytes. */
export interface Received {
  readonly response: Response;
  readonly body: Buffer;
}

/** Bounds of one answer, and the errors that break them. */
export interface ReceiveLimits {
  readonly maxBodyBytes: number;
  /** Longest silence once the answer has begun. */
  readonly idleMs: number;
  readonly tooLarge: () => Error;
  readonly silent: () => Error;
  /** Makes an error of what the stream failed with. */
  readonly failed: (error: Error) => Error;
}

/**
 * Collects the answer of a call, counting unpacked bytes as they come, so that neither a huge nor a packed body
 * fills the memory. Whatever the outcome, the stream is closed: got keeps timers and listeners until then.
 */
export function receive(stream: Request, limits: ReceiveLimits, signal?: AbortSignal): Promise<Received> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    let response: Response | undefined;
    const silence = watchSilence(limits.idleMs, () => {
      fail(limits.silent());
    });
    const settle = (): void => {
      silence.stop();
      signal?.removeEventListener('abort', onAbort);
      stream.destroy();
    };
    const fail = (error: unknown): void => {
      settle();
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- a signal's reason can be anything
      reject(error);
    };
    const onAbort = (): void => {
      fail(signal?.reason);
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    stream.on('response', (head: Response) => {
      response = head;
      silence.heard();
    });
    stream.on('data', (chunk: Buffer) => {
      silence.heard();
      bytes += chunk.length;
      if (bytes > limits.maxBodyBytes) fail(limits.tooLarge());
      else chunks.push(chunk);
    });
    stream.once('end', () => {
      settle();
      if (response) resolve({ response, body: Buffer.concat(chunks, bytes) });
    });
    // Stays attached: a stream that is closed early may still report an error.
    stream.on('error', (error: Error) => {
      fail(limits.failed(error));
    });
  });
}

/** Calls `onSilence` when nothing was heard for `ms`; starts with the first `heard`. */
function watchSilence(ms: number, onSilence: () => void): { heard: () => void; stop: () => void } {
  let timer: NodeJS.Timeout | undefined;
  let lastChunk = 0;
  const onTimer = (): void => {
    const seen = lastChunk;
    // A blocked event loop fires the timer before the chunks that lie ready: read these first.
    setImmediate(() => {
      if (timer && lastChunk === seen) onSilence();
    });
  };
  return {
    heard() {
      lastChunk += 1;
      if (timer) timer.refresh();
      else timer = setTimeout(onTimer, ms);
    },
    stop() {
      clearTimeout(timer);
      timer = undefined;
    },
  };
}
