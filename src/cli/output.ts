/** Prints what a command answers. */
export function print(lines: readonly string[]): void {
  for (const line of lines) process.stdout.write(`${line}\n`);
}

/** An option that may be given again: keeps every value. */
export function collect(value: string, before: readonly string[]): string[] {
  return [...before, value];
}
