import { ActionIcon, Button, Select, TextInput } from '@mantine/core';
import { textOf } from '../lib/format.ts';
import type { DataRecord, Schema } from '../types.ts';
import { AddIcon, CrossIcon } from './icons.tsx';

interface RowsFieldProps {
  readonly label: string;
  readonly description?: string | undefined;
  readonly schema: Schema;
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
}

type Cells = DataRecord | readonly unknown[];

/** A list of small records of one kind, or of pairs, as a table that is written into. */
export function RowsField({ label, description, schema, value, onChange }: RowsFieldProps) {
  const columns = columnsOf(schema);
  const rows = (Array.isArray(value) ? value : []) as readonly Cells[];
  const change = (next: readonly Cells[]): void => onChange(next.length === 0 ? undefined : next);
  return (
    <div className="stack tight">
      <div>
        <div className="label">{label}</div>
        {description !== undefined && <p className="muted small">{description}</p>}
      </div>
      {rows.map((row, index) => (
        <div className="row nowrap cells" key={index} role="group" aria-label={`${label}, row ${index + 1}`}>
          {columns.map((column) => (
            <Cell
              key={column.name}
              column={column}
              value={valueIn(row, column)}
              onChange={(next) => change(rows.with(index, withCell(row, column, next)))}
            />
          ))}
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={`Remove row ${index + 1} of ${label}`}
            onClick={() => change(rows.filter((_, at) => at !== index))}
          >
            <CrossIcon size={16} />
          </ActionIcon>
        </div>
      ))}
      <div>
        <Button
          variant="default"
          size="xs"
          leftSection={<AddIcon size={14} />}
          onClick={() => change([...rows, isPairs(schema) ? ['', ''] : {}])}
        >
          Add a row
        </Button>
      </div>
    </div>
  );
}

interface Column {
  readonly name: string;
  /** Where its value stands: under a name, or at a place. */
  readonly at: string | number;
  readonly schema: Schema;
}

interface CellProps {
  readonly column: Column;
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
}

function Cell({ column: { name, schema }, value, onChange }: CellProps) {
  const standard = schema.default === undefined ? undefined : textOf(schema.default);
  if (schema.enum) {
    return (
      <Select
        className="grow"
        aria-label={name}
        placeholder={standard ?? name}
        data={schema.enum.map(String)}
        value={typeof value === 'string' ? value : null}
        clearable
        onChange={(next) => onChange(next ?? undefined)}
      />
    );
  }
  return (
    <TextInput
      className="grow"
      aria-label={name}
      placeholder={standard ?? name}
      value={value === undefined ? '' : textOf(value)}
      onChange={(event) => onChange(typed(schema, event.currentTarget.value))}
    />
  );
}

/** True for a list that this field can show. */
export function isRows({ type, items }: Schema): boolean {
  if (type !== 'array' || !items) return false;
  return isPairs({ items }) || (items.type === 'object' && Object.values(items.properties ?? {}).every(isScalar));
}

function isPairs({ items }: Schema): boolean {
  return items?.type === 'array' && items.minItems === 2 && items.maxItems === 2;
}

function isScalar({ type, enum: choices }: Schema): boolean {
  return choices !== undefined || type === 'string' || type === 'integer' || type === 'number';
}

function columnsOf(schema: Schema): readonly Column[] {
  const { items = {} } = schema;
  if (isPairs(schema)) return ['From', 'To'].map((name, at) => ({ name, at, schema: items.items ?? {} }));
  return Object.entries(items.properties ?? {}).map(([name, column]) => ({ name, at: name, schema: column }));
}

function valueIn(row: Cells, { at }: Column): unknown {
  return (row as Readonly<Record<string | number, unknown>>)[at];
}

function withCell(row: Cells, { at }: Column, value: unknown): Cells {
  if (Array.isArray(row)) return row.with(Number(at), value ?? '') as readonly unknown[];
  const rest = Object.entries(row).filter(([name]) => name !== at);
  return Object.fromEntries(value === undefined ? rest : [...rest, [at, value]]);
}

/** Whole numbers become numbers where the schema takes them. */
function typed({ type }: Schema, text: string): unknown {
  const types = [type].flat();
  if (types.some((each) => each === 'integer' || each === 'number') && /^-?\d+$/.test(text)) return Number(text);
  return text === '' ? undefined : text;
}
