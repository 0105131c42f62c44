import { Button, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api, queryClient } from '../../api.ts';
import { ErrorNote } from '../../components/error-note.tsx';
import { Panel } from '../../components/page.tsx';
import { Table } from '../../components/table.tsx';
import { Time } from '../../components/time.tsx';
import { count } from '../../lib/format.ts';
import { Link } from '../../lib/router.tsx';
import { useApi } from '../../queries.ts';
import type { Page } from '../../types.ts';
import { read, type Scalar, show } from './scalars.ts';

interface UnmatchedValue {
  readonly value: Scalar;
  readonly count: number;
  readonly sampleKey: string;
  readonly lastAt: string;
}

/** Values that records had and the map does not, each with a field for what it is called in the target. */
export function Unmatched({ map, onAdded }: { readonly map: string; readonly onAdded: () => void }) {
  const path = `/value-maps/${encodeURIComponent(map)}`;
  const values = useApi<Page<UnmatchedValue>>(`${path}/unmatched?limit=100`);
  const [targets, setTargets] = useState<Readonly<Record<string, string>>>({});
  const act = useMutation({
    mutationFn: (work: () => Promise<unknown>) => work(),
    onSuccess: async () => {
      await queryClient.invalidateQueries();
      onAdded();
    },
  });
  const items = values.data?.items ?? [];
  if (items.length === 0) return null;
  const add = (value: Scalar, to: string): void =>
    act.mutate(() => api('POST', `${path}/rows`, { rows: [[value, read(to)]] }));
  const forget = (value: Scalar): void => act.mutate(() => api('POST', `${path}/unmatched/clear`, { values: [value] }));
  return (
    <Panel title="Values that are not in it" hint="Records had them, the most frequent first" flush>
      <ErrorNote error={act.error} />
      <Table
        label="Values that are not in it"
        rows={items}
        rowKey={({ value }) => JSON.stringify(value)}
        columns={[
          { title: 'Value', cell: ({ value }) => <code>{show(value)}</code> },
          { title: 'Times', kind: 'num hide', cell: (each) => count(each.count) },
          { title: 'Last', kind: 'hide', cell: ({ lastAt }) => <Time at={lastAt} /> },
          {
            title: 'For example',
            kind: 'hide',
            cell: ({ sampleKey }) => (
              <Link to="/tasks" search={{ key: sampleKey }}>
                {sampleKey}
              </Link>
            ),
          },
          {
            title: 'Becomes',
            kind: 'main',
            cell: ({ value }) => {
              const key = JSON.stringify(value);
              const to = targets[key] ?? '';
              return (
                <form
                  className="row nowrap"
                  onSubmit={(event) => {
                    event.preventDefault();
                    add(value, to);
                  }}
                >
                  <TextInput
                    className="grow"
                    miw={90}
                    size="xs"
                    aria-label={`What ${show(value)} becomes`}
                    value={to}
                    onChange={(event) => setTargets({ ...targets, [key]: event.currentTarget.value })}
                  />
                  <Button type="submit" size="xs" disabled={to === ''} loading={act.isPending}>
                    Add
                  </Button>
                  <Button
                    className="not-phone"
                    size="xs"
                    variant="default"
                    title="Takes it off this list, until it is seen again"
                    onClick={() => forget(value)}
                  >
                    Forget
                  </Button>
                </form>
              );
            },
          },
        ]}
      />
    </Panel>
  );
}
