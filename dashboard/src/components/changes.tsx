import { changesOf } from '../lib/diff.ts';
import { short } from '../lib/format.ts';

/** What was changed, place by place: before in red, after in green, and the words besides. */
export function Changes({ before, after }: { readonly before: unknown; readonly after: unknown }) {
  const changes = changesOf(before, after);
  if (changes.length === 0) return <p className="muted small">Nothing is changed yet.</p>;
  return (
    <ul className="changes" aria-label="What is changed">
      {changes.map(({ path, before: old, after: now }) => (
        <li key={path}>
          <code>{path}</code> {old !== undefined && <del>{short(JSON.stringify(old), 120)}</del>}{' '}
          {now === undefined ? <span className="muted">removed</span> : <ins>{short(JSON.stringify(now), 120)}</ins>}
        </li>
      ))}
    </ul>
  );
}
