import { SegmentedControl, Select } from '@mantine/core';
import { useEffect, useState } from 'react';
import { JsonField } from '../../components/json-field.tsx';
import { Panel } from '../../components/page.tsx';
import { SamplePanel, useSample } from '../../components/sample.tsx';
import { useIncomings } from '../../queries.ts';
import type { DataRecord } from '../../types.ts';

/** Where the records come from that a chain is tried on: read by an incoming, or written by hand. */
export function SampleSource({ onRecords }: { readonly onRecords: (records: readonly DataRecord[]) => void }) {
  const incomings = useIncomings().data?.items ?? [];
  const [kind, setKind] = useState('incoming');
  const [incoming, setIncoming] = useState<string | null>(null);
  const subscriber = incomings.find(({ identifier }) => identifier === incoming)?.spec.subscriber;
  const sample = useSample(kind === 'incoming' && subscriber?.type === 'connector' ? subscriber : {});
  const rows = sample.data?.rows;
  useEffect(() => {
    if (kind === 'incoming' && rows) onRecords(rows);
  }, [kind, rows, onRecords]);
  return (
    <>
      <Panel title="Tried on">
        <div className="stack">
          <SegmentedControl
            aria-label="Where sample records come from"
            className="start"
            value={kind}
            onChange={setKind}
            data={[
              { value: 'incoming', label: 'Records of an incoming' },
              { value: 'hand', label: 'Written by hand' },
            ]}
          />
          {kind === 'incoming' && (
            <Select
              aria-label="Incoming"
              placeholder="Choose an incoming"
              data={incomings.map(({ identifier, name }) => ({ value: identifier, label: name ?? identifier }))}
              value={incoming}
              onChange={setIncoming}
            />
          )}
          {kind === 'hand' && (
            <JsonField
              label="Records"
              description="A record, or a list of records"
              value={[{ id: 1, summary: 'Printer on fire' }]}
              onChange={(value) => onRecords(recordsOf(value))}
            />
          )}
        </div>
      </Panel>
      {kind === 'incoming' && incoming !== null && (
        <SamplePanel title="Real records" sample={sample} empty="This incoming does not read through a client." />
      )}
    </>
  );
}

function recordsOf(value: unknown): DataRecord[] {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.filter((each): each is DataRecord => typeof each === 'object' && each !== null && !Array.isArray(each));
}
