import { Time } from '../../components/time.tsx';
import type { ClientOverview } from '../../types.ts';

/** States in which nothing can be called. */
const STOPPED: Readonly<Record<string, string>> = { broken: 'Sign-in is broken', away: 'Does not answer' };

/** One word on a client: not valid, not to be reached, told to wait, or ready. */
export function ClientHealth({ client: { disabled, state } }: { readonly client: ClientOverview }) {
  const [problem] = state.problems;
  if (problem) {
    return (
      <span className="badge bad" title={problem.message}>
        Not valid
      </span>
    );
  }
  if (disabled === true) return <span className="badge quiet">Off</span>;
  const stopped = STOPPED[state.health];
  if (stopped !== undefined) {
    return (
      <span className="badge bad" title={state.incident?.message}>
        {stopped}
      </span>
    );
  }
  if (state.pausedUntil !== null) {
    return (
      <span className="badge warn">
        Told to wait, goes on <Time at={state.pausedUntil} />
      </span>
    );
  }
  return <span className="badge ok">Ready</span>;
}
