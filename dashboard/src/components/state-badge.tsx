import type { RunStatus, TaskState } from '../types.ts';

const TONES: Readonly<Record<TaskState | RunStatus, string>> = {
  new: 'info',
  processing: 'info',
  running: 'info',
  retrying: 'warn',
  waiting: 'warn',
  finished: 'ok',
  succeeded: 'ok',
  failed: 'bad',
  skipped: 'quiet',
  cancelled: 'quiet',
};

/** State of a task or a run: a word beside a dot, never colour alone. */
export function StateBadge({ state }: { readonly state: TaskState | RunStatus }) {
  return (
    <span className={`badge ${TONES[state]}${state === 'processing' || state === 'running' ? ' live' : ''}`}>
      {state}
    </span>
  );
}

/** One sentence on why a task is in its state and what happens next. */
export const WHY: Readonly<Record<TaskState, string>> = {
  new: 'Waits to be sent. A worker takes it as soon as its route and its client have room.',
  processing: 'A worker is sending it right now.',
  retrying: 'The last try failed for a reason that may pass. It is tried again by itself.',
  waiting: 'It is not known whether it arrived. A person decides: it arrived, or it is sent again.',
  finished: 'It arrived in the target.',
  failed:
    'It did not arrive, and trying again would not help by itself. Mend the cause, then retry, or edit and replay.',
  skipped: 'It was left out, by a filter, a later version or a person.',
};
