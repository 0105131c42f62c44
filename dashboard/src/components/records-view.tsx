import { SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import { short } from '../lib/format.ts';
import type { DataRecord } from '../types.ts';
import { JsonView } from './json-view.tsx';
import { fieldsOf } from '../lib/fields.ts';

const MOST_ROWS = 100;
const MOST_COLUMNS = 40;
type View = 'table' | 'json' | 'schema';
let lastView: View = 'table';

/** Records as a table, as JSON, or as the fields they are made of. The choice holds for the next ones, too. */
export function RecordsView({ records, name }: { readonly records: readonly DataRecord[]; readonly name: string }) {
  const [view, setView] = useState<View>(lastView);
  return (
    <div className="stack tight">
      <SegmentedControl
        size="xs"
        aria-label="How records are shown"
        value={view}
        onChange={(next) => {
          lastView = next;
          setView(next);
        }}
        data={[
          { value: 'table', label: 'Table' },
          { value: 'json', label: 'JSON' },
          { value: 'schema', label: 'Schema' },
        ]}
        className="start"
      />
      <div className="records" tabIndex={0} role="region" aria-label={name}>
        {view === 'table' && <Rows records={records.slice(0, MOST_ROWS)} />}
        {view === 'json' && <JsonView value={records.slice(0, MOST_ROWS)} name={name} />}
        {view === 'schema' && <Fields records={records} />}
      </div>
    </div>
  );
}

function Rows({ records }: { readonly records: readonly DataRecord[] }) {
  const columns = [...new Set(records.flatMap((record) => Object.keys(record)))].slice(0, MOST_COLUMNS);
  return (
    <table className="table">
      <thead>
        <tr>
          {columns.map((column) => (
            <th key={column} scope="col">
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {records.map((record, index) => (
          <tr key={index}>
            {columns.map((column) => (
              <td key={column} title={short(record[column], 400)}>
                {short(record[column])}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Fields({ records }: { readonly records: readonly DataRecord[] }) {
  return (
    <table className="table">
      <thead>
        <tr>
          <th scope="col">Field</th>
          <th scope="col">Type</th>
          <th scope="col">Filled</th>
          <th scope="col">For example</th>
        </tr>
      </thead>
      <tbody>
        {fieldsOf(records).map(({ path, types, filled, sample }) => (
          <tr key={path}>
            <td className="mono">{path}</td>
            <td>{types.join(', ')}</td>
            <td>{Math.round(filled * 100)} %</td>
            <td title={short(sample, 400)}>{short(sample)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
