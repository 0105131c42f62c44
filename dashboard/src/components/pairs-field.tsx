import { ActionIcon, Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { DataRecord } from '../types.ts';
import { AddIcon, ArrowRightIcon, CrossIcon } from './icons.tsx';

interface PairsFieldProps {
  readonly label: string;
  readonly description?: string | undefined;
  readonly value: DataRecord;
  readonly onChange: (value: DataRecord | undefined) => void;
}

/** An object of text to text, as rows. */
export function PairsField({ label, description, value, onChange }: PairsFieldProps) {
  const [rows, setRows] = useState<readonly (readonly [string, string])[]>(
    Object.entries(value).map(([from, to]) => [from, String(to)] as const),
  );
  const change = (next: readonly (readonly [string, string])[]): void => {
    setRows(next);
    const filled = next.filter(([from]) => from !== '');
    onChange(filled.length === 0 ? undefined : Object.fromEntries(filled));
  };
  const setRow = (index: number, row: readonly [string, string]): void => change(rows.with(index, row));
  return (
    <div className="stack tight">
      <div>
        <div className="label">{label}</div>
        {description !== undefined && <p className="muted small">{description}</p>}
      </div>
      {rows.map(([from, to], index) => (
        <div className="row nowrap" key={index}>
          <TextInput
            className="grow"
            aria-label="From"
            value={from}
            onChange={(event) => setRow(index, [event.currentTarget.value, to])}
          />
          <ArrowRightIcon size={16} aria-hidden />
          <TextInput
            className="grow"
            aria-label="To"
            value={to}
            onChange={(event) => setRow(index, [from, event.currentTarget.value])}
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label="Remove"
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
          onClick={() => change([...rows, ['', '']])}
        >
          Add
        </Button>
      </div>
    </div>
  );
}
