import { Select } from '@mantine/core';
import { Link } from '../lib/router.tsx';
import { useClients } from '../queries.ts';

interface ClientSelectProps {
  readonly value: string | undefined;
  readonly onChange: (client: string) => void;
  readonly description?: string;
}

/** Chooses one of the clients; where there is none, says how to make one. */
export function ClientSelect({ value, onChange, description }: ClientSelectProps) {
  const clients = useClients().data?.items;
  return (
    <Select
      label="Client"
      description={clients?.length === 0 ? <Link to="/clients/new">Connect a system first</Link> : description}
      placeholder="Choose a client"
      searchable
      allowDeselect={false}
      data={(clients ?? []).map(({ identifier, name, spec }) => ({
        value: identifier,
        label: `${name ?? identifier} (${spec.connector})`,
      }))}
      value={value ?? null}
      onChange={(next) => next !== null && onChange(next)}
    />
  );
}
