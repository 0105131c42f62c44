import { Select } from '@mantine/core';
import { connectLink, returnFilters } from '../lib/links.ts';
import { Link } from '../lib/router.tsx';
import { useClients } from '../queries.ts';

interface ClientOptionProps {
  /** Name of the option. */
  readonly name: string;
  readonly label: string;
  readonly description?: string | undefined;
  readonly error?: string | undefined;
  readonly withAsterisk: boolean;
  readonly connectors: readonly string[] | undefined;
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
}

/** An option that names one of the clients of a system, and the way to connect one and come back. */
export function ClientOption({ name, connectors = [], value, onChange, description, ...common }: ClientOptionProps) {
  const clients = useClients().data?.items.filter(
    ({ spec }) => connectors.length === 0 || connectors.includes(spec.connector),
  );
  const [connector] = connectors;
  return (
    <Select
      {...common}
      description={
        <>
          {description}{' '}
          <Link {...connectLink(connector)} search={returnFilters(name)}>
            Connect {clients?.length === 0 ? 'one' : 'another'}
          </Link>
        </>
      }
      placeholder="Choose a client"
      searchable
      allowDeselect={false}
      data={(clients ?? []).map((client) => ({ value: client.identifier, label: client.name ?? client.identifier }))}
      value={typeof value === 'string' ? value : null}
      onChange={(next) => onChange(next ?? undefined)}
    />
  );
}
