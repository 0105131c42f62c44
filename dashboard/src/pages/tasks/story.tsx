import { useState, type ReactNode } from 'react';
import { CopyButton } from '../../components/copy-button.tsx';
import { ErrorIcon, IncomingIcon, OutgoingIcon, TransformIcon, WaitIcon } from '../../components/icons.tsx';
import { JsonView } from '../../components/json-view.tsx';
import { QueryView } from '../../components/query-view.tsx';
import { Time } from '../../components/time.tsx';
import { curlOf } from '../../lib/curl.ts';
import { parseJson, pretty } from '../../lib/format.ts';
import { documentLink } from '../../lib/links.ts';
import { Link } from '../../lib/router.tsx';
import { duration } from '../../lib/time.ts';
import { useApi } from '../../queries.ts';
import type { Exchange, TaskStory } from '../../types.ts';

/** Read, shaped, sent, answered: one station below the other, each with what went in and came out. */
export function Story({ story }: { readonly story: TaskStory }) {
  const { history, exchange, state, stage, record, targetId } = story;
  const isDone = state === 'finished';
  return (
    <>
      <Timing story={story} />
      <ol className="story">
        <Station tone="ok" Icon={IncomingIcon} title="Read from the source" at={story.createdAt}>
          <p className="small">
            By run{' '}
            <Link to="/runs/$id" params={{ id: story.run }}>
              {story.run}
            </Link>{' '}
            of <Link {...documentLink('incoming', story.incoming)}>{story.incoming}</Link>
          </p>
        </Station>
        <Station
          tone={stage === 'source' && state === 'failed' ? 'bad' : 'ok'}
          Icon={TransformIcon}
          title={stage === 'ready' ? 'Filtered and mapped' : 'As the source sent it'}
        >
          {record === null ? (
            <p className="muted small">The record is not kept any more.</p>
          ) : (
            <Fold title="The record">
              <JsonView value={record} name="Record" />
            </Fold>
          )}
        </Station>
        {history.map(({ at, error, exchange: call }, index) => (
          <Station key={`${at} ${index}`} tone="bad" Icon={ErrorIcon} title={`Try ${index + 1} failed`} at={at}>
            {error && (
              <p className="bad-text">
                {error.message} <code className="small">{error.code}</code>
              </p>
            )}
            {call !== null && (
              <Fold title="The call">
                <KeptCall id={call} />
              </Fold>
            )}
          </Station>
        ))}
        {isDone && (
          <Station tone="ok" Icon={OutgoingIcon} title="Arrived in the target" at={story.updatedAt}>
            {targetId !== null && (
              <p className="small">
                As <code>{targetId}</code>
              </p>
            )}
            {exchange && (
              <Fold title="The call">
                <Call exchange={exchange} />
              </Fold>
            )}
          </Station>
        )}
        {!isDone && (
          <Station tone="info" Icon={WaitIcon} title={`Now: ${state}`} at={story.updatedAt}>
            {story.error && history.length === 0 && <p className="small">{story.error.message}</p>}
          </Station>
        )}
      </ol>
    </>
  );
}

interface StationProps {
  readonly tone: 'ok' | 'bad' | 'info';
  readonly Icon: typeof IncomingIcon;
  readonly title: string;
  readonly at?: string;
  readonly children?: ReactNode;
}

function Station({ tone, Icon, title, at, children }: StationProps) {
  return (
    <li>
      <span className={`story-dot ${tone}`}>
        <Icon size={15} aria-hidden />
      </span>
      <div className="grow">
        <div className="row between">
          <h3>{title}</h3>
          {at !== undefined && (
            <span className="muted small">
              <Time at={at} />
            </span>
          )}
        </div>
        {children}
      </div>
    </li>
  );
}

/** Where the time of the last try went: in the queue, until the call could leave, and in the call, each in its colour. */
function Timing({ story: { times } }: { readonly story: TaskStory }) {
  const { queueMs, waitMs, callMs } = times;
  if (queueMs === null || waitMs === null || callMs === null) return null;
  const parts = [
    { name: 'wait', ms: queueMs, text: 'in the queue' },
    { name: 'limit', ms: waitMs, text: 'steps, sign-in and limits' },
    { name: 'work', ms: callMs, text: 'in the call' },
  ];
  const total = parts.reduce((sum, { ms }) => sum + ms, 0);
  return (
    <div className="timing">
      <div className="timing-bar" aria-hidden>
        {parts.map(({ name, ms }) => (
          <span key={name} className={name} style={{ flexGrow: Math.max(ms, total * 0.01) }} />
        ))}
      </div>
      <p className="small muted row">
        {parts.map(({ name, ms, text }) => (
          <span key={name} className={`timing-key ${name}`}>
            {duration(ms)} {text}
          </span>
        ))}
      </p>
    </div>
  );
}

function Fold({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="small">{title}</summary>
      {isOpen && <div className="fold-body">{children}</div>}
    </details>
  );
}

function KeptCall({ id }: { readonly id: string }) {
  const exchange = useApi<Exchange>(`/exchanges/${id}`);
  return <QueryView query={exchange}>{(data) => <Call exchange={data} />}</QueryView>;
}

function Call({ exchange }: { readonly exchange: Exchange }) {
  const { method, url, status, durationMs, request, answer, error } = exchange;
  return (
    <div className="stack tight">
      <div className="row between">
        <p className="mono grow">
          <b>{method}</b> {url} → {status ?? 'no answer'}, {duration(durationMs)}
        </p>
        <CopyButton text={curlOf(exchange)} label="Copy as cURL, without credentials" />
      </div>
      {error !== null && error !== undefined && <p className="bad-text small">{error}</p>}
      <Body title="Sent" text={request} />
      <Body title="Answer" text={answer} />
    </div>
  );
}

function Body({ title, text }: { readonly title: string; readonly text: string | null | undefined }) {
  if (text === null || text === undefined || text === '') return null;
  const value = parseJson(text);
  return (
    <div>
      <div className="muted small">{title}</div>
      {value === undefined ? <pre>{pretty(text)}</pre> : <JsonView value={value} name={title} />}
    </div>
  );
}
