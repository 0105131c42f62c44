import { TextInput } from '@mantine/core';
import { useState } from 'react';
import type { DataRecord } from '../types.ts';
import { ArrowRightIcon } from './icons.tsx';
import { Rows } from './rows.tsx';

interface PairsFieldProps {
  readonly label: string;
  readonly description?: string | undefined;
  readonly error?: string | undefined;
  readonly withAsterisk?: boolean;
  readonly value: DataRecord;
  readonly onChange: (value: DataRecord | undefined) => void;
}

type Pair = readonly [string, string];

/** An object of text to text, as rows. */
export function PairsField({ value, onChange, ...head }: PairsFieldProps) {
  const [pairs, setPairs] = useState<readonly Pair[]>(
    Object.entries(value).map(([from, to]) => [from, String(to)] as const),
  );
  const change = (next: readonly Pair[]): void => {
    setPairs(next);
    const filled = next.filter(([from]) => from !== '');
    onChange(filled.length === 0 ? undefined : Object.fromEntries(filled));
  };
  return (
    <Rows
      {...head}
      onAdd={() => change([...pairs, ['', '']])}
      onRemove={(index) => change(pairs.toSpliced(index, 1))}
      rows={pairs.map(([from, to], index) => (
        <>
          <TextInput
            className="grow"
            aria-label="From"
            value={from}
            onChange={(event) => change(pairs.with(index, [event.currentTarget.value, to]))}
          />
          <ArrowRightIcon size={16} aria-hidden />
          <TextInput
            className="grow"
            aria-label="To"
            value={to}
            onChange={(event) => change(pairs.with(index, [from, event.currentTarget.value]))}
          />
        </>
      ))}
    />
  );
}
