import { ActionIcon, Button, TextInput } from '@mantine/core';
import { type DragEvent, useState } from 'react';
import { fieldsOf } from '../lib/fields.ts';
import { short } from '../lib/format.ts';
import { plainPath, valueAt } from '../lib/path.ts';
import type { DataRecord } from '../types.ts';
import { matchesWords } from '../lib/search-words.ts';
import { AddIcon, CrossIcon, SearchIcon } from './icons.tsx';
import { LeftFields } from './target-fields.tsx';

interface MapperProps {
  readonly label: string;
  readonly value: DataRecord;
  readonly onChange: (value: DataRecord) => void;
  readonly samples: readonly DataRecord[];
}

/**
 * Two lists side by side: what comes, with values of a real record, and what is made of it. A field is brought over by
 * dragging it, or by clicking it into the target that has the focus.
 */
export function Mapper({ label, value, onChange, samples }: MapperProps) {
  const [focused, setFocused] = useState<number>();
  const rows = Object.entries(value);
  const setRows = (next: readonly (readonly [string, unknown])[]): void => onChange(Object.fromEntries(next));
  const setRow = (index: number, row: readonly [string, unknown]): void => setRows(rows.with(index, [...row]));
  const take = (path: string, index = focused): void => {
    const row = index === undefined ? undefined : rows[index];
    if (index !== undefined && row) setRow(index, [row[0], joined(row[1], path)]);
    else setRows([...rows, [freeName(path.split('.').at(-1) ?? path, value), `&{${path}}`]]);
  };
  const drop = (event: DragEvent, index?: number): void => {
    const path = event.dataTransfer.getData('text/x-field');
    if (path === '') return;
    event.preventDefault();
    event.stopPropagation();
    if (index === undefined) setRows([...rows, [freeName(path.split('.').at(-1) ?? path, value), `&{${path}}`]]);
    else setRow(index, [rows[index]?.[0] ?? path, `&{${path}}`]);
  };
  return (
    <div className="mapper">
      <Sources samples={samples} onTake={take} />
      <div className="targets" onDragOver={(event) => event.preventDefault()} onDrop={(event) => drop(event)}>
        <div className="label">{label}</div>
        {rows.map(([name, template], index) => (
          <div
            className="target"
            key={index}
            onDragOver={(event) => event.preventDefault()}
            onDrop={(event) => drop(event, index)}
          >
            <TextInput
              aria-label="Target field"
              value={name}
              onFocus={() => setFocused(index)}
              onChange={(event) => setRow(index, [event.currentTarget.value, template])}
            />
            <TextInput
              aria-label={`Value of ${name}`}
              className="mono-input"
              value={typeof template === 'string' ? template : JSON.stringify(template)}
              onFocus={() => setFocused(index)}
              onChange={(event) => setRow(index, [name, templateOf(event.currentTarget.value)])}
            />
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={`Remove ${name}`}
              onClick={() => {
                setFocused(undefined);
                setRows(rows.filter((_, at) => at !== index));
              }}
            >
              <CrossIcon size={16} />
            </ActionIcon>
            <Result template={template} samples={samples} />
          </div>
        ))}
        <LeftFields value={value} onAdd={(path) => setRows([...rows, [path, '']])} />
        <Button
          variant="default"
          size="xs"
          leftSection={<AddIcon size={14} />}
          onClick={() => setRows([...rows, [freeName('field', value), '']])}
        >
          Add a field
        </Button>
      </div>
    </div>
  );
}

function Sources({
  samples,
  onTake,
}: {
  readonly samples: readonly DataRecord[];
  readonly onTake: (path: string) => void;
}) {
  const [search, setSearch] = useState('');
  const fields = fieldsOf(samples).filter(({ path }) => matchesWords(path, search));
  return (
    <div>
      <div className="label">What comes</div>
      {samples.length === 0 && <p className="muted small">Real values stand here once a sample is read.</p>}
      {samples.length > 0 && (
        <TextInput
          size="xs"
          aria-label="Search fields"
          leftSection={<SearchIcon size={14} />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
      )}
      <ul className="sources" tabIndex={0} aria-label="Fields that come">
        {fields.map(({ path, sample }) => (
          <li key={path}>
            <button
              type="button"
              draggable
              title="Drag it to a field on the right, or click"
              onDragStart={(event) => event.dataTransfer.setData('text/x-field', path)}
              onClick={() => onTake(path)}
            >
              <span className="mono">{path}</span>
              <span className="muted small ellipsis">{short(sample, 40)}</span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** The value in the first record, where the template is one plain field; all else only the server can tell. */
function Result({ template, samples }: { readonly template: unknown; readonly samples: readonly DataRecord[] }) {
  const path = plainPath(template);
  if (path === undefined || samples[0] === undefined) return null;
  const value = valueAt(samples[0], path);
  return value === undefined ? (
    <span className="result bad-text small">not in the first record</span>
  ) : (
    <span className="result muted small ellipsis">{short(value, 60)}</span>
  );
}

function joined(template: unknown, path: string): string {
  return typeof template === 'string' && template !== '' ? `${template} &{${path}}` : `&{${path}}`;
}

function freeName(wanted: string, value: DataRecord): string {
  let name = wanted;
  for (let number = 2; Object.hasOwn(value, name); number += 1) name = `${wanted}${number}`;
  return name;
}

/** What is typed is text, but for numbers, true, false, null, lists and objects. */
function templateOf(text: string): unknown {
  if (!/^(-?\d+(\.\d+)?|true|false|null|[[{].*[\]}])$/s.test(text)) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
