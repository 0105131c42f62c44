import { ActionIcon, Button, Select, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { AddIcon, ArrowRightIcon, CrossIcon } from '../../components/icons.tsx';
import { Empty, Panel } from '../../components/page.tsx';
import { SaveBar } from '../../components/save-bar.tsx';
import { useSave } from '../../lib/use-save.ts';
import type { Doc } from '../../types.ts';
import { read, type Scalar, show } from './scalars.ts';

type Row = readonly [Scalar, Scalar];

export interface ValueMapSpec {
  readonly rows: readonly Row[];
  readonly noMatch?: string;
}

/** Edits the table. Numbers stay numbers: a value that looks like one is one, and text in quotes is text. */
export function ValueRows({ start }: { readonly start: Doc<ValueMapSpec> }) {
  const [rows, setRows] = useState<readonly (readonly [string, string])[]>(
    start.spec.rows.map(([from, to]) => [show(from), show(to)]),
  );
  const [noMatch, setNoMatch] = useState(start.spec.noMatch ?? 'fail');
  const [base, setBase] = useState(start);
  const save = useSave((saved) => {
    setBase({ ...saved, spec: base.spec });
    notifications.show({ message: 'Saved', color: 'teal' });
  });
  const setRow = (index: number, row: readonly [string, string]): void => setRows(rows.with(index, row));
  return (
    <>
      <Panel title="Rows" hint="A number is a number; write it in quotes to make it text">
        <div className="stack tight">
          {rows.length === 0 && (
            <Empty title="No row yet">Say what a value of the source is called in the target.</Empty>
          )}
          {rows.map(([from, to], index) => (
            <div className="row nowrap" key={index}>
              <TextInput
                className="grow"
                aria-label={`Source value of row ${index + 1}`}
                value={from}
                onChange={(event) => setRow(index, [event.currentTarget.value, to])}
              />
              <ArrowRightIcon size={16} aria-hidden />
              <TextInput
                className="grow"
                aria-label={`Target value of row ${index + 1}`}
                value={to}
                onChange={(event) => setRow(index, [from, event.currentTarget.value])}
              />
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={`Remove row ${index + 1}`}
                onClick={() => setRows(rows.toSpliced(index, 1))}
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
              onClick={() => setRows([...rows, ['', '']])}
            >
              Add a row
            </Button>
          </div>
        </div>
      </Panel>
      <Panel title="A value that is not in the table">
        <Select
          aria-label="A value that is not in the table"
          allowDeselect={false}
          maw={340}
          value={noMatch}
          onChange={(next) => setNoMatch(next ?? 'fail')}
          data={[
            { value: 'fail', label: 'fails the record' },
            { value: 'keep', label: 'stays as it is' },
            { value: 'null', label: 'becomes null' },
            ...(start.spec.noMatch === 'default' ? [{ value: 'default', label: 'becomes the default value' }] : []),
          ]}
        />
      </Panel>
      <SaveBar
        isNew={false}
        canSave
        save={save}
        toDocument={() => ({
          ...base,
          spec: { ...base.spec, noMatch, rows: rows.map(([from, to]) => [read(from), read(to)]) },
        })}
      />
    </>
  );
}
