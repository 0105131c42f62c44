import type { CheckStep } from '../../http/types.ts';
import type { Api } from '../api.ts';

const MARKS = { passed: '✓', failed: '✗', skipped: '–' } as const;

/** `sluice check <client>`: the connection test, step by step. */
export async function check(api: Api, client: string): Promise<{ ok: boolean; lines: string[]; steps: CheckStep[] }> {
  const { ok, steps } = await api.request<{ ok: boolean; steps: CheckStep[] }>(
    'POST',
    `/clients/${encodeURIComponent(client)}/test`,
  );
  const lines = steps.flatMap(({ step, status, message, hint }) => [
    `${MARKS[status]} ${step.padEnd(10)} ${message}`,
    ...(hint === undefined ? [] : [`  ${''.padEnd(10)} ${hint}`]),
  ]);
  return { ok, lines, steps };
}
