import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../api.ts';
import { textOf } from '../lib/format.ts';
import type { DataRecord, Schema } from '../types.ts';

interface RecordOptionProps {
  readonly label: string;
  readonly description?: string | undefined;
  readonly error?: string | undefined;
  readonly withAsterisk: boolean;
  readonly records: NonNullable<Schema['records']>;
  /** Client that the records are read from; undefined while it is not chosen. */
  readonly client: string | undefined;
  /** Id that holds where none is chosen. */
  readonly standard: unknown;
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
}

/** Records offered; who has more types its id. */
const MOST = 500;

/** An option that is the id of a record, picked by its name. An id that is not among them can be typed. */
export function RecordOption({
  records,
  client,
  standard,
  value,
  onChange,
  description,
  error,
  ...common
}: RecordOptionProps) {
  const { entity, name } = records;
  const [isWanted, setWanted] = useState(false);
  const id = value === undefined || value === null ? null : textOf(value);
  const found = useQuery({
    queryKey: ['record option', client, entity],
    queryFn: ({ signal }) => readChoices(client ?? '', records, signal),
    // Systems are asked for what somebody looks at; most options are folded away.
    enabled: client !== undefined && (isWanted || id !== null),
    staleTime: 60_000,
    retry: false,
  });
  const [search, setSearch] = useState('');
  const known = found.data ?? [];
  const typed = [id ?? '', /^\d+$/.test(search.trim()) ? search.trim() : ''];
  const others = typed.filter((each, at) => each !== '' && typed.indexOf(each) === at && !isIn(known, each));
  const data = [...known, ...others.map((each) => ({ value: each, label: `id ${each}` }))];
  return (
    <Select
      {...common}
      description={description}
      placeholder={
        standardLabel(known, standard) ??
        (client === undefined ? 'Choose the client first, or type an id' : `Search by ${name}, or type an id`)
      }
      error={found.error ? `Could not be read: ${found.error.message}` : error}
      searchable
      clearable
      data={data}
      value={id}
      onFocus={() => setWanted(true)}
      onSearchChange={setSearch}
      onChange={(next) => onChange(next === null ? undefined : Number(next))}
    />
  );
}

interface Choice {
  readonly value: string;
  readonly label: string;
}

/** Name of what holds where nothing is chosen, or its id while names are not known. */
function standardLabel(choices: readonly Choice[], standard: unknown): string | undefined {
  if (standard === undefined || standard === null) return undefined;
  const id = textOf(standard);
  const name = choices.find(({ value }) => value === id)?.label.replace(` (${id})`, '');
  return `${name ?? `id ${id}`} (default)`;
}

function isIn(choices: readonly Choice[], id: string): boolean {
  return choices.some(({ value }) => value === id);
}

async function readChoices(
  client: string,
  { entity, name }: RecordOptionProps['records'],
  signal: AbortSignal,
): Promise<Choice[]> {
  const path = `/clients/${encodeURIComponent(client)}/actions/${encodeURIComponent(entity)}.list`;
  const { rows } = await api<{ rows: DataRecord[] }>('POST', path, { limit: MOST, fields: ['id', name] }, signal);
  return rows.map((row) => ({ value: String(row['id']), label: `${String(row[name])} (${String(row['id'])})` }));
}
