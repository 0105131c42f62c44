/** What a check found. */
export interface Finding {
  readonly check: string;
  readonly result: 'ok' | 'warning' | 'failed' | 'skipped';
  /** What is so and, where something is wrong, what to do. Holds no secrets. */
  readonly message: string;
}

/** Makes findings of one check. */
export function findings(check: string) {
  const of =
    (result: Finding['result']) =>
    (message: string): Finding => ({ check, result, message });
  return { ok: of('ok'), warning: of('warning'), failed: of('failed'), skipped: of('skipped') };
}

/** Runs a check; what it throws is its finding. */
export async function attempt(
  check: string,
  work: () => Finding | readonly Finding[] | Promise<Finding | readonly Finding[]>,
): Promise<readonly Finding[]> {
  try {
    return [await work()].flat();
  } catch (error) {
    return [findings(check).failed(error instanceof Error ? error.message : String(error))];
  }
}
