import { count } from '../lib/format.ts';
import type { Run } from '../types.ts';

/** Whether a run received what the source announced: the line that tells a complete reading from a lucky one. */
export function Completeness({ run }: { readonly run: Run }) {
  const { announced, received, repeated, status } = run;
  const twice = repeated > 0 ? `, ${count(repeated)} came twice` : '';
  if (announced === null)
    return (
      <span className="muted">
        {count(received)} received, the source names no total{twice}
      </span>
    );
  const isShort = received < announced && status !== 'running';
  return (
    <span className={isShort ? 'bad-text strong' : ''}>
      {count(announced)} announced, {count(received)} received{twice}
    </span>
  );
}

/** The same in a list of runs, with why one failed. */
export function RunOutcome({ run }: { readonly run: Run }) {
  return (
    <>
      <Completeness run={run} />
      {run.status === 'failed' && run.error && <span className="bad-text small block">{run.error.message}</span>}
    </>
  );
}
