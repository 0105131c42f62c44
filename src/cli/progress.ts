/** One line on a terminal that is written over; nothing where no terminal is. */
export interface Progress {
  show(text: string): void;
  /** Takes the line away. */
  end(): void;
}

/** Progress on standard error, so that standard output stays what the command answers. */
export function createProgress(stream: NodeJS.WriteStream = process.stderr): Progress {
  if (!stream.isTTY) return { show: () => undefined, end: () => undefined };
  const clear = '\r\u001b[2K';
  return {
    show(text) {
      stream.write(clear + text.slice(0, (stream.columns || 80) - 1));
    },
    end() {
      stream.write(clear);
    },
  };
}
