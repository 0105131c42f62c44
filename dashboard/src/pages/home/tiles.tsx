import { QueryView } from '../../components/query-view.tsx';
import { Time } from '../../components/time.tsx';
import { count } from '../../lib/format.ts';
import { Link } from '../../lib/router.tsx';
import { useBacklog, useStatus } from '../../queries.ts';

/** The numbers that matter; each leads to what it counts. */
export function Tiles() {
  const status = useStatus();
  const oldest = (useBacklog().data?.items ?? []).map(({ oldestAt }) => oldestAt).filter((at) => at !== null);
  oldest.sort();
  return (
    <QueryView query={status} lines={2}>
      {({ tasks }) => (
        <div className="tiles">
          <Tile search={{ state: 'finished' }} label="Arrived" value={tasks.finished} />
          <Tile
            search={{ state: 'new,processing,retrying' }}
            label="On their way"
            value={tasks.new + tasks.processing + tasks.retrying}
          >
            {oldest[0] === undefined ? (
              'nothing waits'
            ) : (
              <>
                oldest from <Time at={oldest[0]} />
              </>
            )}
          </Tile>
          <Tile
            search={{ state: 'waiting' }}
            label="Need a decision"
            value={tasks.waiting}
            tone={tasks.waiting > 0 ? 'warn-text' : ''}
          />
          <Tile to="/errors" label="Failed" value={tasks.failed} tone={tasks.failed > 0 ? 'bad-text' : ''} />
        </div>
      )}
    </QueryView>
  );
}

interface TileProps {
  readonly to?: '/tasks' | '/errors';
  readonly search?: { readonly state?: string };
  readonly label: string;
  readonly value: number;
  readonly tone?: string;
  readonly children?: React.ReactNode;
}

function Tile({ to = '/tasks', search = {}, label, value, tone = '', children }: TileProps) {
  return (
    <Link to={to} search={search} className="tile">
      <span className="muted small">{label}</span>
      <b className={tone}>{count(value)}</b>
      <span className="muted small">{children ?? '\u00a0'}</span>
    </Link>
  );
}
