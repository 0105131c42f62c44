import { short } from '../lib/format.ts';

/** What a run would do with one record. */
export interface Planned {
  readonly key: string;
  readonly action: string;
  readonly code?: string;
  readonly reason?: string;
  readonly targetId?: string;
  readonly changes?: readonly { readonly field: string; readonly from?: unknown; readonly to?: unknown }[];
}

const TONES: Readonly<Record<string, string>> = { create: 'ok', update: 'info', delete: 'bad', fail: 'bad' };

type Change = NonNullable<Planned['changes']>[number];

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

/** Why that would be done, and which fields would change from what to what. */
export function PlannedChanges({ planned: { reason, changes = [], targetId } }: { readonly planned: Planned }) {
  return (
    <div className="small">
      {reason}
      {targetId !== undefined && changes.length > 0 && (
        <>
          {' '}
          as <code>{targetId}</code>
        </>
      )}
      {changes.length > 0 && (
        <ul className="changes">
          {changes.flatMap(byName).map(({ field, from, to }) => (
            <li key={field}>
              <code>{field}</code> {from !== undefined && <del>{short(from, 60)}</del>} <ins>{short(to, 60)}</ins>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
