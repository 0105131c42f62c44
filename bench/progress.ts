/** How often a line is written where no terminal shows it. */
const LINE_MS = 10_000;

/** Tells people how far a case is. */
export interface Progress {
  readonly at: (done: number) => void;
  readonly end: (text: string) => void;
}

/** Says on stderr how far a case is: one line that is rewritten in a terminal, one every few seconds elsewhere. */
export function createProgress(title: string, total: number): Progress {
  const { isTTY } = process.stderr;
  let writtenAt = Date.now();
  write(isTTY ? title : `${title} …\n`);
  return {
    at(done) {
      if (!isTTY && Date.now() - writtenAt < LINE_MS) return;
      writtenAt = Date.now();
      const text = `${title}: ${done} of ${total}`;
      write(isTTY ? `\r\u001b[K${text}` : `${text}\n`);
    },
    end(text) {
      write(`${isTTY ? '\r\u001b[K' : ''}${title}: ${text}\n`);
    },
  };
}

function write(text: string): void {
  process.stderr.write(text);
}
