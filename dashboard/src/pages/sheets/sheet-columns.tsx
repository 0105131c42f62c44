import { Select } from '@mantine/core';
import { useState } from 'react';
import { Table } from '../../components/table.tsx';
import type { Inspected, SheetColumn } from './sheet-api.ts';

interface SheetColumnsProps {
  readonly inspected: Inspected;
  /** Column → field. */
  readonly columns: Readonly<Record<string, string>>;
  readonly onChange: (columns: Readonly<Record<string, string>>) => void;
}

/** What each column becomes. */
export function SheetColumns({ inspected, columns, onChange }: SheetColumnsProps) {
  const fields = inspected.fields.map(({ name, title }) => ({
    value: name,
    label: title === undefined ? name : `${name} (${title})`,
  }));
  const optionsFor = ({ name }: SheetColumn): readonly Choice[] =>
    name.startsWith('$CF') ? [{ value: name, label: name }] : fields;
  const choose = (column: string, field: string | null): void => {
    const rest = Object.fromEntries(Object.entries(columns).filter(([name]) => name !== column));
    onChange(field === null ? rest : { ...rest, [column]: field });
  };
  return (
    <Table
      label="Columns"
      rows={inspected.columns}
      rowKey={({ name }) => name}
      columns={[
        { title: 'Column', cell: ({ name }) => name, kind: 'main' },
        { title: 'First rows', cell: ({ samples }) => samples.map(String).join(' · '), kind: 'hide' },
        {
          title: 'Becomes',
          cell: (column) => (
            <FieldSelect
              column={column.name}
              fields={optionsFor(column)}
              value={columns[column.name] ?? null}
              onChange={(field) => choose(column.name, field)}
            />
          ),
        },
      ]}
    />
  );
}

interface Choice {
  readonly value: string;
  readonly label: string;
}

interface FieldSelectProps {
  readonly column: string;
  readonly fields: readonly Choice[];
  readonly value: string | null;
  readonly onChange: (field: string | null) => void;
}

/** Picks a field by its name or label. A custom field is typed: "CFroom". */
function FieldSelect({ column, fields, value, onChange }: FieldSelectProps) {
  const [search, setSearch] = useState('');
  const custom = [value ?? '', search.trim().replace(/^(?=CF\w)/, '$')].filter(
    (each, at, all) =>
      /^\$CF\w/.test(each) && all.indexOf(each) === at && !fields.some((field) => field.value === each),
  );
  return (
    <Select
      aria-label={`Field of the column ${column}`}
      placeholder="stays in the sheet"
      size="xs"
      miw={190}
      searchable
      clearable
      limit={80}
      nothingFoundMessage="No such field. A custom field is typed as CFname."
      data={[...fields, ...custom.map((name) => ({ value: name, label: `${name} (custom field)` }))]}
      value={value}
      onSearchChange={setSearch}
      onChange={onChange}
    />
  );
}
