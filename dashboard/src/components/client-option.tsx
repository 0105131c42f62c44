import { Select } from '@mantine/core';
import { Link } from '../lib/router.tsx';
import { useClients } from '../queries.ts';

interface ClientOptionProps {
  readonly label: string;
  readonly description?: string | undefined;
  readonly withAsterisk: boolean;
  readonly connectors: readonly string[] | undefined;
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
}

/** An option that names one of the clients of a system; where there is none, the way to make one. */
export function ClientOption({ connectors = [], value, onChange, description, ...common }: ClientOptionProps) {
  const clients = useClients().data?.items.filter(
    ({ spec }) => connectors.length === 0 || connectors.includes(spec.connector),
  );
  const [connector = ''] = connectors;
  return (
    <Select
      {...common}
      description={
        clients?.length === 0 ? <Link href={`/clients/new/${connector}`}>Connect {connector} first</Link> : description
      }
      placeholder="Choose a client"
      searchable
      allowDeselect={false}
      data={(clients ?? []).map(({ identifier, name }) => ({ value: identifier, label: name ?? identifier }))}
      value={typeof value === 'string' ? value : null}
      onChange={(next) => onChange(next ?? undefined)}
    />
  );
}
