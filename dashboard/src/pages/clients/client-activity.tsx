import { Panel } from '../../components/page.tsx';
import { QueryView } from '../../components/query-view.tsx';
import { Table } from '../../components/table.tsx';
import { Time } from '../../components/time.tsx';
import { count } from '../../lib/format.ts';
import { documentLink } from '../../lib/links.ts';
import { Link } from '../../lib/router.tsx';
import { duration, parseDuration } from '../../lib/time.ts';
import { LIVE_MS, useApi } from '../../queries.ts';
import type { ClientSpec } from '../../types.ts';

interface Incident {
  readonly state: string;
  readonly message: string;
  readonly startedAt: string;
  readonly endedAt: string | null;
}

interface Call {
  readonly at: string;
  readonly method: string;
  readonly url: string;
  readonly status: number | null;
  readonly durationMs: number;
}

/** How a client stands, as the server tells it. */
interface Health {
  readonly state: string;
  readonly since: string | null;
  readonly reason: string | null;
  readonly nextTryAt?: string | null;
  readonly token: { readonly expiresAt: string | null };
  readonly windows: readonly { readonly scope: string; readonly perMs: number; readonly used: number }[];
  readonly concurrency: readonly { readonly scope: string; readonly inUse: number }[];
  readonly queueLength: number;
  readonly routes: readonly string[];
  readonly incomings: readonly string[];
  readonly incidents: readonly Incident[];
  readonly calls: readonly Call[];
}

const TONES: Readonly<Record<string, string>> = { healthy: 'ok', limited: 'warn', broken: 'bad', away: 'bad' };

/** Token life, budget used, queue, who shares the client, and its last calls. */
export function ClientActivity({ client, spec }: { readonly client: string; readonly spec: ClientSpec }) {
  const health = useApi<Health>(`/clients/${encodeURIComponent(client)}/health`, LIVE_MS * 2);
  return (
    <QueryView query={health}>
      {(data) => (
        <>
          <Panel title="Health">
            <dl className="facts">
              <dt>State</dt>
              <dd>
                <span className={`badge ${TONES[data.state] ?? 'quiet'}`}>{data.state}</span>{' '}
                {data.reason !== null && <span>{data.reason}</span>}
                {data.nextTryAt !== null && data.nextTryAt !== undefined && (
                  <span className="muted">
                    {' '}
                    · tried again <Time at={data.nextTryAt} />
                  </span>
                )}
              </dd>
              <dt>Token until</dt>
              <dd>
                <Time at={data.token.expiresAt} />
              </dd>
              <dt>Calls used</dt>
              <dd>
                <Budget health={data} spec={spec} />
              </dd>
              <dt>Waiting for it</dt>
              <dd>{count(data.queueLength)} records</dd>
              <dt>Shared by</dt>
              <dd>
                {data.routes.length + data.incomings.length === 0 && 'Nothing yet'}
                {data.incomings.map((each) => (
                  <Link key={each} className="block" {...documentLink('incoming', each)}>
                    {each} <span className="muted">(incoming)</span>
                  </Link>
                ))}
                {data.routes.map((each) => (
                  <Link key={each} className="block" {...documentLink('route', each)}>
                    {each} <span className="muted">(route)</span>
                  </Link>
                ))}
              </dd>
            </dl>
          </Panel>
          <LastCalls calls={data.calls} />
        </>
      )}
    </QueryView>
  );
}

/** What is used of each window of the budget: a bar, and the numbers. */
function Budget({ health, spec }: { readonly health: Health; readonly spec: ClientSpec }) {
  const { windows, concurrency } = health;
  if (windows.length === 0) return <>nothing lately</>;
  const most = (perMs: number): number | undefined =>
    spec.limits?.find(({ per }) => per !== undefined && parseDuration(per) === perMs)?.requests;
  const inUse = concurrency.reduce((sum, each) => sum + each.inUse, 0);
  return (
    <>
      {windows.map(({ scope, perMs, used }) => (
        <div key={`${scope} ${perMs}`}>
          {count(used)}
          {most(perMs) !== undefined && ` of ${count(most(perMs) ?? 0)}`} in {duration(perMs)}
          {scope !== '' && ` (${scope})`}
          {most(perMs) !== undefined && (
            <meter min={0} max={most(perMs)} high={(most(perMs) ?? 0) * 0.8} value={used} aria-label="Calls used" />
          )}
        </div>
      ))}
      {inUse > 0 && <div>{count(inUse)} at this moment</div>}
    </>
  );
}

function LastCalls({ calls }: { readonly calls: readonly Call[] }) {
  if (calls.length === 0) return null;
  return (
    <Panel title="Last calls" flush>
      <Table
        label="Last calls"
        rows={calls.slice(0, 20)}
        rowKey={({ at, url, durationMs }) => `${at} ${url} ${durationMs}`}
        columns={[
          {
            title: 'Answer',
            kind: 'tight',
            cell: ({ status }) => (
              <span className={`badge plain ${status !== null && status < 400 ? 'ok' : 'bad'}`}>
                {status ?? 'none'}
              </span>
            ),
          },
          {
            title: 'Call',
            kind: 'line',
            cell: ({ method, url }) => (
              <span className="mono" title={url}>
                <b>{method}</b> {pathOf(url)}
              </span>
            ),
          },
          { title: 'Took', kind: 'num hide', cell: ({ durationMs }) => duration(durationMs) },
          { title: 'When', cell: ({ at }) => <Time at={at} /> },
        ]}
      />
    </Panel>
  );
}

function pathOf(url: string): string {
  return URL.canParse(url) ? `${new URL(url).pathname}${new URL(url).search}` : url;
}
