import { Time } from '../../components/time.tsx';
import type { ClientOverview } from '../../types.ts';

/** One word on a client: not valid, told to wait, or ready. */
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
  if (state.pausedUntil !== null) {
    return (
      <span className="badge warn">
        Told to wait, goes on <Time at={state.pausedUntil} />
      </span>
    );
  }
  return <span className="badge ok">Ready</span>;
}
