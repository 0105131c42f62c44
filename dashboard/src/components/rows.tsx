import { ActionIcon, Button, Input } from '@mantine/core';
import type { ReactNode } from 'react';
import { AddIcon, CrossIcon } from './icons.tsx';

interface RowsProps {
  readonly label: string;
  readonly description?: string | undefined;
  readonly error?: string | undefined;
  readonly withAsterisk?: boolean;
  /** The fields of each row. */
  readonly rows: readonly ReactNode[];
  readonly onRemove: (index: number) => void;
  readonly onAdd: () => void;
}

/** Rows of small fields that are added and taken out. */
export function Rows({ rows, onRemove, onAdd, ...head }: RowsProps) {
  const { label } = head;
  return (
    <Input.Wrapper labelElement="div" {...head}>
      <div className="stack tight">
        {rows.map((row, index) => (
          <div className="row nowrap cells" key={index} role="group" aria-label={`${label}, row ${index + 1}`}>
            {row}
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={`Remove row ${index + 1} of ${label}`}
              onClick={() => onRemove(index)}
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
            aria-label={`Add a row to ${label}`}
            onClick={onAdd}
          >
            Add a row
          </Button>
        </div>
      </div>
    </Input.Wrapper>
  );
}
