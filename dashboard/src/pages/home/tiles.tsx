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
          <Tile href="/tasks?state=finished" label="Arrived" value={tasks.finished} />
          <Tile
            href="/tasks?state=new,processing,retrying"
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
            href="/tasks?state=waiting"
            label="Need a decision"
            value={tasks.waiting}
            tone={tasks.waiting > 0 ? 'warn-text' : ''}
          />
          <Tile href="/errors" label="Failed" value={tasks.failed} tone={tasks.failed > 0 ? 'bad-text' : ''} />
        </div>
      )}
    </QueryView>
  );
}

interface TileProps {
  readonly href: string;
  readonly label: string;
  readonly value: number;
  readonly tone?: string;
  readonly children?: React.ReactNode;
}

function Tile({ href, label, value, tone = '', children }: TileProps) {
  return (
    <Link href={href} className="tile">
      <span className="muted small">{label}</span>
      <b className={tone}>{count(value)}</b>
      <span className="muted small">{children ?? '\u00a0'}</span>
    </Link>
  );
}
