import { examineInstallation } from '../../server/doctor/examine.ts';
import { attempt, type Finding } from '../../server/doctor/finding.ts';
import { readSettings } from '../../server/settings.ts';
import { columns } from '../columns.ts';

/** `sluice doctor`: looks at settings, key, disk, database, clock, Redis, secrets and audit trail. */
export async function doctor({ json }: { readonly json: boolean }): Promise<{ lines: string[]; isGood: boolean }> {
  const found = await attempt('settings', () => examineInstallation(readSettings(process.env)));
  const isGood = found.every(({ result }) => result !== 'failed');
  return { isGood, lines: json ? [JSON.stringify({ ok: isGood, findings: found })] : columns(found.map(lineOf)) };
}

function lineOf({ check, result, message }: Finding): string[] {
  return [result.padEnd(7), check, message];
}
