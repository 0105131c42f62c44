import { Button, SegmentedControl, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, queryClient } from '../../api.ts';
import { ErrorNote } from '../../components/error-note.tsx';
import { Panel } from '../../components/page.tsx';
import { Time } from '../../components/time.tsx';
import { count } from '../../lib/format.ts';
import { absoluteTime, duration, ZONE } from '../../lib/time.ts';
import { LIVE_MS, useApi } from '../../queries.ts';
import type { IncomingOverview, IncomingSpec } from '../../types.ts';

interface Cursor {
  readonly at: string | null;
  readonly updatedAt: string | null;
  readonly lookBackMs: number;
  readonly isUsed: boolean;
}

type Choice = 'everything' | 'date' | 'now';

/** How far an incoming has read; before its first run the question where to begin. */
export function CursorCard({ incoming }: { readonly incoming: IncomingOverview }) {
  const path = `/incomings/${encodeURIComponent(incoming.identifier)}/cursor`;
  const cursor = useApi<Cursor>(path, LIVE_MS * 2);
  const [isOpen, setOpen] = useState(false);
  if (!cursor.data?.isUsed) return null;
  const { at, lookBackMs } = cursor.data;
  const isFirst = at === null && incoming.state.lastRun === null;
  return (
    <Panel
      title={isFirst ? 'Where to begin' : 'How far it has read'}
      hint={isFirst ? 'Asked once, before the first run. Everything, unless you choose something else.' : undefined}
      actions={
        !isOpen && (
          <Button size="xs" variant="default" onClick={() => setOpen(true)}>
            {isFirst ? 'Choose' : 'Change'}
          </Button>
        )
      }
    >
      <div className="stack">
        <dl className="facts">
          <dt>Read up to</dt>
          <dd>
            {at === null ? (
              'nothing yet: the next run reads everything'
            ) : (
              <>
                {absoluteTime(at)} (<Time at={at} />)
              </>
            )}
          </dd>
          {lookBackMs > 0 && (
            <>
              <dt>Overlap</dt>
              <dd>each run looks back {duration(lookBackMs)}; what is known already is passed over</dd>
            </>
          )}
        </dl>
        {isOpen && (
          <Move path={path} subscriber={incoming.spec.subscriber} isFirst={isFirst} onEnd={() => setOpen(false)} />
        )}
      </div>
    </Panel>
  );
}

interface MoveProps {
  readonly path: string;
  readonly subscriber: IncomingSpec['subscriber'];
  readonly isFirst: boolean;
  readonly onEnd: () => void;
}

function Move({ path, subscriber, isFirst, onEnd }: MoveProps) {
  const [choice, setChoice] = useState<Choice>(isFirst ? 'now' : 'date');
  const [date, setDate] = useState('');
  const [reason, setReason] = useState(isFirst ? 'First start' : '');
  const [now] = useState(() => new Date().toISOString());
  const at = atOf(choice, date, now);
  const save = useMutation({
    mutationFn: () => api('PUT', path, { at, reason }),
    onSuccess: async () => {
      await queryClient.invalidateQueries();
      onEnd();
    },
  });
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <SegmentedControl
        className="start wrapping"
        aria-label="From where the next run reads"
        value={choice}
        onChange={(next) => setChoice(next)}
        data={[
          { value: 'now', label: 'From now on' },
          { value: 'date', label: 'From a date' },
          { value: 'everything', label: 'Everything' },
        ]}
      />
      {choice === 'date' && (
        <TextInput
          type="datetime-local"
          label={`From (${ZONE})`}
          maw={300}
          value={date}
          onChange={(event) => setDate(event.currentTarget.value)}
        />
      )}
      {at !== undefined && <Estimate subscriber={subscriber} since={at} />}
      <TextInput
        label="Why"
        description="Stands in the audit trail"
        required
        maw={520}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <ErrorNote error={save.error} />
      <div className="actions">
        <Button type="submit" loading={save.isPending} disabled={at === undefined || reason.trim() === ''}>
          Begin there
        </Button>
        <Button variant="default" onClick={onEnd}>
          Cancel
        </Button>
      </div>
    </form>
  );
}

/** @returns undefined while no date is chosen, null for everything. */
function atOf(choice: Choice, date: string, now: string): string | null | undefined {
  if (choice === 'everything') return null;
  if (choice === 'now') return now;
  return date === '' ? undefined : new Date(date).toISOString();
}

/** How many records the source has since then: one page is read, and what it announces is told. */
function Estimate({
  subscriber,
  since,
}: {
  readonly subscriber: IncomingSpec['subscriber'];
  readonly since: string | null;
}) {
  const { client = '', entity, operation = 'list', parameters = {} } = subscriber;
  const found = useQuery({
    queryKey: ['estimate', client, entity, operation, parameters, since],
    queryFn: () =>
      api<{ rows: readonly unknown[]; isComplete: boolean; pages: readonly { total?: number }[] }>(
        'POST',
        `/clients/${encodeURIComponent(client)}/read`,
        { entity, operation, ...parameters, ...(since !== null && { since }) },
      ),
    retry: false,
    refetchOnWindowFocus: false,
  });
  if (found.isError) return <p className="muted small">How many that are cannot be told: {found.error.message}</p>;
  if (!found.data) return <p className="muted small">Asking how many that are…</p>;
  const { rows, isComplete, pages } = found.data;
  const total = pages[0]?.total ?? (isComplete ? rows.length : undefined);
  return (
    <p className="small" role="status">
      {total === undefined ? `More than ${count(rows.length)} records` : `About ${count(total)} records`} would be read
      now; what is known and unchanged is passed over.
    </p>
  );
}
