import { Select } from '@mantine/core';
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
  const optionsFor = ({ name }: SheetColumn) => (name.startsWith('$CF') ? [{ value: name, label: name }] : fields);
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
            <Select
              aria-label={`Field of the column ${column.name}`}
              placeholder="stays in the sheet"
              size="xs"
              searchable
              clearable
              limit={80}
              data={optionsFor(column)}
              value={columns[column.name] ?? null}
              onChange={(field) => choose(column.name, field)}
            />
          ),
        },
      ]}
    />
  );
}
