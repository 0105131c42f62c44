import { plural, short } from '../lib/format.ts';
import type { DataRecord } from '../types.ts';

/** Fields that are seen at once. */
const SHOWN = 5;

/** What a run would do with one record. */
export interface Planned {
  readonly key: string;
  readonly action: string;
  readonly code?: string;
  readonly reason?: string;
  readonly targetId?: string;
  /** What a record that is not there yet would hold. */
  readonly record?: DataRecord;
  readonly changes?: readonly Change[];
}

const TONES: Readonly<Record<string, string>> = { create: 'ok', update: 'info', delete: 'bad', fail: 'bad' };

interface Change {
  readonly field: string;
  readonly from?: unknown;
  readonly to?: unknown;
}

/** A list of named values, such as custom fields, as one change for each that would be written. */
function byName(change: Change): readonly Change[] {
  const { field, from, to } = change;
  if (!isNamed(to)) return [change];
  const before = isNamed(from) ? from : [];
  return to.map(({ name, value }) => ({
    field: `${field}: ${name}`,
    from: before.find((each) => each.name === name)?.value,
    to: value,
  }));
}

function isNamed(value: unknown): value is readonly { readonly name: string; readonly value: unknown }[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((each: unknown) => typeof (each as { name?: unknown } | null)?.name === 'string')
  );
}

/** What would be done, as a word with a colour. */
export function ActionBadge({ action }: { readonly action: string }) {
  return <span className={`badge ${TONES[action] ?? 'quiet'}`}>{action}</span>;
}

/** Why that would be done, and which fields would change from what to what; of a new record, what it would hold. */
export function PlannedChanges({ planned }: { readonly planned: Planned }) {
  const { action, reason, changes, targetId, record = {} } = planned;
  const found = changes ?? Object.entries(record).map(([field, to]) => ({ field, to }));
  const all = found.flatMap(byName);
  return (
    <div className="small">
      {reason}
      {targetId !== undefined && all.length > 0 && (
        <>
          {' '}
          as <code>{targetId}</code>
        </>
      )}
      {action === 'update' && changes?.length === 0 && reason === undefined && (
        <span className="muted">Nothing differs; it would be sent all the same</span>
      )}
      <ChangeList changes={all.slice(0, SHOWN)} />
      {all.length > SHOWN && (
        <details>
          <summary>{plural(all.length - SHOWN, 'more field')}</summary>
          <ChangeList changes={all.slice(SHOWN)} />
        </details>
      )}
    </div>
  );
}

function ChangeList({ changes }: { readonly changes: readonly Change[] }) {
  if (changes.length === 0) return null;
  return (
    <ul className="changes">
      {changes.map(({ field, from, to }) => (
        <li key={field}>
          <code>{field}</code> {from !== undefined && <del>{short(from, 60)}</del>} <ins>{short(to, 60)}</ins>
        </li>
      ))}
    </ul>
  );
}
