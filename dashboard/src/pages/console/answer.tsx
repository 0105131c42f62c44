import { Tabs } from '@mantine/core';
import { CopyButton } from '../../components/copy-button.tsx';
import { JsonView } from '../../components/json-view.tsx';
import { Panel } from '../../components/page.tsx';
import { RecordsView } from '../../components/records-view.tsx';
import { curlOf } from '../../lib/curl.ts';
import { plural } from '../../lib/format.ts';
import { duration } from '../../lib/time.ts';
import type { DataRecord, Exchange } from '../../types.ts';

export interface CallAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: unknown;
  readonly durationMs: number;
  readonly exchanges: readonly Exchange[];
}

/** What a system answered: status, time, headers, body. */
export function Answer({ answer }: { readonly answer: CallAnswer }) {
  const { status, durationMs, body, headers, exchanges } = answer;
  const last = exchanges.at(-1);
  const rows = rowsOf(body);
  return (
    <Panel
      title={
        <span className="row">
          <span className={`badge ${status < 400 ? 'ok' : 'bad'}`}>{status}</span>
          <span className="muted small">{duration(durationMs)}</span>
          {exchanges.length > 1 && <span className="muted small">{plural(exchanges.length, 'call')}</span>}
        </span>
      }
      actions={last && <CopyButton text={curlOf(last)} label="Copy as cURL, without credentials" />}
    >
      {last && <p className="mono small muted endpoint">{last.url}</p>}
      <Tabs defaultValue="body" keepMounted={false}>
        <Tabs.List mb="sm">
          <Tabs.Tab value="body">Body</Tabs.Tab>
          <Tabs.Tab value="headers">Headers</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="body">
          {rows ? <RecordsView records={rows} name="Answer" /> : <JsonView value={body} name="Answer" />}
        </Tabs.Panel>
        <Tabs.Panel value="headers">
          <dl className="facts">
            {Object.entries(headers).map(([name, value]) => (
              <div key={name} style={{ display: 'contents' }}>
                <dt className="mono">{name}</dt>
                <dd className="mono">{String(value)}</dd>
              </div>
            ))}
          </dl>
        </Tabs.Panel>
      </Tabs>
    </Panel>
  );
}

/** Records of an answer: the list it is, or the one list in it. */
function rowsOf(body: unknown): readonly DataRecord[] | undefined {
  const lists = Array.isArray(body) ? [body] : Object.values((body ?? {}) as DataRecord).filter(Array.isArray);
  const [list] = lists as readonly (readonly unknown[])[];
  const isRecords = list?.every((row) => typeof row === 'object' && row !== null && !Array.isArray(row));
  return lists.length === 1 && list && list.length > 0 && isRecords ? (list as readonly DataRecord[]) : undefined;
}
