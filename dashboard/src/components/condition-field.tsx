import { Autocomplete, Input, SegmentedControl, Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import { OPERATORS } from '../lib/condition-words.ts';
import { fieldsOf } from '../lib/fields.ts';
import { short } from '../lib/format.ts';
import { valueAt } from '../lib/path.ts';
import type { DataRecord } from '../types.ts';
import { JsonField } from './json-field.tsx';

interface ConditionFieldProps {
  readonly label: string;
  readonly description?: string | undefined;
  readonly error?: string | undefined;
  readonly withAsterisk?: boolean;
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
  readonly samples: readonly DataRecord[];
}

const TEXT_ONLY = new Set(['startsWith', 'endsWith', 'matches', 'before', 'after', 'newerThan', 'olderThan']);

/** A condition on one field as a sentence; what is joined by all, any and not is JSON. */
export function ConditionField(props: ConditionFieldProps) {
  const { value, onChange, samples, label, error, withAsterisk } = props;
  const simple = readSimple(value);
  const [isSimple, setSimple] = useState(value === undefined || simple !== undefined);
  const { field, operator, operand } = simple ?? { field: '', operator: 'equals', operand: '' };
  const change = (next: { field?: string; operator?: string; operand?: unknown }): void => {
    onChange(writeSimple({ field, operator, operand, ...next }));
  };
  const sample = samples[0] === undefined || field === '' ? undefined : valueAt(samples[0], field);
  const needsValue = operator !== 'exists' && operator !== 'empty';
  return (
    <div className="stack tight">
      <div className="row between">
        <Input.Label labelElement="div" required={withAsterisk}>
          {label}
        </Input.Label>
        <SegmentedControl
          size="xs"
          aria-label="How the condition is written"
          value={isSimple ? 'simple' : 'json'}
          onChange={(next) => setSimple(next === 'simple')}
          data={[
            { value: 'simple', label: 'One field' },
            { value: 'json', label: 'JSON' },
          ]}
        />
      </div>
      {!isSimple && <JsonField {...props} />}
      {isSimple && (
        <div className="condition">
          <Autocomplete
            aria-label="Field"
            placeholder="Field"
            limit={40}
            data={fieldsOf(samples).map(({ path }) => path)}
            value={field}
            onChange={(next) => change({ field: next })}
          />
          <Select
            aria-label="Comparison"
            data={OPERATORS}
            value={operator}
            allowDeselect={false}
            onChange={(next) =>
              change({ operator: next ?? 'equals', operand: next === 'exists' || next === 'empty' ? true : operand })
            }
          />
          {needsValue && (
            <TextInput
              aria-label="Value"
              placeholder="Value"
              value={typeof operand === 'string' ? operand : JSON.stringify(operand)}
              onChange={(event) => change({ operand: operandOf(operator, event.currentTarget.value) })}
            />
          )}
        </div>
      )}
      {isSimple && error !== undefined && <Input.Error>{error}</Input.Error>}
      {isSimple && sample !== undefined && (
        <p className="muted small">
          In the first record it is <code>{short(JSON.stringify(sample))}</code>
        </p>
      )}
    </div>
  );
}

interface Simple {
  readonly field: string;
  readonly operator: string;
  readonly operand: unknown;
}

function readSimple(value: unknown): Simple | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { field, ...rest } = value as DataRecord;
  const [entry, ...more] = Object.entries(rest);
  if (typeof field !== 'string' || !entry || more.length > 0) return undefined;
  const [operator, operand] = entry;
  return OPERATORS.some((each) => each.value === operator) ? { field, operator, operand } : undefined;
}

function writeSimple({ field, operator, operand }: Simple): DataRecord {
  return { field, [operator]: operand };
}

/** Numbers, true, false and null are values of their own; everything else is text. */
function operandOf(operator: string, text: string): unknown {
  if (TEXT_ONLY.has(operator)) return text;
  if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  if (text === 'true' || text === 'false') return text === 'true';
  return text === 'null' ? null : text;
}
