import { type ComboboxItem, Select } from '@mantine/core';
import { matchesWords, nearness } from '../lib/search-words.ts';
import type { Connector, Entity, Operation } from '../types.ts';

interface OperationSelectProps {
  readonly label: string;
  readonly description?: string;
  readonly connector: Connector | undefined;
  readonly fits: (operation: Operation, entity: Entity) => boolean;
  /** What an operation is called here; its own title where nothing is said. */
  readonly titleOf?: (operation: Operation, entity: Entity) => string | undefined;
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
  titleOf = ({ title }) => title,
  entity,
  operation,
  onChange,
}: OperationSelectProps) {
  const options = (connector?.entities ?? []).flatMap((each) =>
    each.operations
      .filter((one) => fits(one, each))
      .map((one) => ({
        value: `${each.name} ${one.name}`,
        label: `${titleOf(one, each) ?? `${each.title ?? each.name}: ${one.name}`} · ${each.name}`,
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
      filter={({ options: all, search }) => bestFirst(all as readonly ComboboxItem[], search)}
      data={options.map(({ value: each, label: text }) => ({ value: each, label: text }))}
      value={value}
      onChange={(next) => {
        const [name = '', ...rest] = (next ?? '').split(' ');
        if (next !== null) onChange(name, rest.join(' '));
      }}
    />
  );
}

/** What matches, with the entity that is meant before those that only mention it: "ticket" is for tickets first. */
function bestFirst(options: readonly ComboboxItem[], search: string): ComboboxItem[] {
  const found = options.filter(({ label }) => matchesWords(label, search));
  if (search.trim() === '') return found;
  const distance = ({ value, label }: ComboboxItem): number => nearness(value.split(' ')[0] ?? '', label, search);
  return found.toSorted((a, b) => distance(a) - distance(b));
}

/** The operation of a connector by names; undefined when there is none. */
export function findOperation(
  connector: Connector | undefined,
  entity: string | undefined,
  operation: string,
): Operation | undefined {
  return connector?.entities.find(({ name }) => name === entity)?.operations.find(({ name }) => name === operation);
}
