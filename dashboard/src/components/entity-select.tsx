import { Select } from '@mantine/core';
import type { Connector, Operation } from '../types.ts';

interface OperationSelectProps {
  readonly label: string;
  readonly description?: string;
  readonly connector: Connector | undefined;
  readonly fits: (operation: Operation) => boolean;
  readonly entity: string | undefined;
  readonly operation: string | undefined;
  readonly onChange: (entity: string, operation: string) => void;
}

/** Chooses an entity and what is done with it in one list, in the words of people: "Adds or updates one or more assets". */
export function OperationSelect({
  label,
  description,
  connector,
  fits,
  entity,
  operation,
  onChange,
}: OperationSelectProps) {
  const options = (connector?.entities ?? []).flatMap((each) =>
    each.operations.filter(fits).map((one) => ({
      value: `${each.name} ${one.name}`,
      label: `${one.title ?? `${each.title ?? each.name}: ${one.name}`} · ${each.name}`,
      order: one.action === one.name ? 0 : 1,
    })),
  );
  options.sort((a, b) => a.order - b.order);
  const value = entity === undefined ? null : `${entity} ${operation ?? ''}`;
  return (
    <Select
      label={label}
      description={description}
      placeholder={connector ? `Search ${options.length} in plain words` : 'Choose a client first'}
      disabled={!connector}
      searchable
      limit={80}
      nothingFoundMessage="Nothing by these words"
      filter={({ options: all, search }) =>
        all.filter((option) => 'label' in option && matchesWords(option.label, search))
      }
      data={options.map(({ value: each, label: text }) => ({ value: each, label: text }))}
      value={value}
      onChange={(next) => {
        const [name = '', ...rest] = (next ?? '').split(' ');
        if (next !== null) onChange(name, rest.join(' '));
      }}
    />
  );
}

/** Whether every word that was typed occurs, in any order. */
export function matchesWords(text: string, search: string): boolean {
  const low = text.toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => low.includes(word));
}

/** The operation of a connector by names; undefined when there is none. */
export function findOperation(
  connector: Connector | undefined,
  entity: string | undefined,
  operation: string,
): Operation | undefined {
  return connector?.entities.find(({ name }) => name === entity)?.operations.find(({ name }) => name === operation);
}
