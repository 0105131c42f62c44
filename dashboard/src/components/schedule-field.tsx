import { Autocomplete, SegmentedControl, Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { absoluteTime, parseDuration, ZONE } from '../lib/time.ts';
import type { IncomingSpec } from '../types.ts';

type Schedule = IncomingSpec['schedule'];
const ZONES = [...new Set(['UTC', ZONE, ...Intl.supportedValuesOf('timeZone')])];
const OFTEN = ['1m', '5m', '15m', '1h', '6h', '1d'];
const RUNS = 5;

interface ScheduleFieldProps {
  readonly value: Schedule;
  readonly onChange: (value: Schedule) => void;
}

/** When an incoming runs by itself, with its next five runs in words and times. */
export function ScheduleField({ value, onChange }: ScheduleFieldProps) {
  const kind = value === undefined ? 'none' : value.cron === undefined ? 'every' : 'cron';
  const choose = (next: string): void => {
    if (next === 'none') onChange(undefined);
    else onChange(next === 'every' ? { every: '5m' } : { cron: '0 6 * * 1-5', timezone: ZONE });
  };
  return (
    <div className="stack">
      <SegmentedControl
        aria-label="Kind of schedule"
        className="start"
        value={kind}
        onChange={choose}
        data={[
          { value: 'every', label: 'Every so often' },
          { value: 'cron', label: 'At set times' },
          { value: 'none', label: 'Only when asked' },
        ]}
      />
      {kind === 'every' && (
        <Autocomplete
          label="Every"
          description="A number with s, m, h or d"
          data={OFTEN}
          value={value?.every ?? ''}
          onChange={(every) => onChange({ every })}
          maw={200}
        />
      )}
      {kind === 'cron' && (
        <div className="fields two">
          <TextInput
            label="Cron"
            description="Minute, hour, day, month, weekday"
            className="mono-input"
            value={value?.cron ?? ''}
            onChange={(event) => onChange({ ...value, cron: event.currentTarget.value })}
          />
          <Select
            label="Time zone"
            description="Whose clock is meant"
            searchable
            limit={50}
            data={ZONES}
            value={value?.timezone ?? 'UTC'}
            onChange={(timezone) => onChange({ ...value, timezone: timezone ?? 'UTC' })}
          />
        </div>
      )}
      {value && <NextRuns schedule={value} />}
    </div>
  );
}

/** The next five runs, counted with the library that the server counts with. */
function NextRuns({ schedule }: { readonly schedule: NonNullable<Schedule> }) {
  const next = useQuery({
    queryKey: ['next runs', schedule],
    queryFn: () => nextRuns(schedule),
    retry: false,
  });
  if (next.error) return <p className="bad-text small">{next.error.message}</p>;
  const zone = schedule.cron === undefined ? ZONE : (schedule.timezone ?? 'UTC');
  const inZone = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone: zone });
  return (
    <div>
      {next.data?.words !== undefined && <p>{next.data.words}</p>}
      <p className="muted small">Next runs, {schedule.cron === undefined ? 'if it were saved now' : `in ${zone}`}:</p>
      <ol className="next-runs">
        {(next.data?.times ?? []).map((time) => (
          <li key={time} title={absoluteTime(time)}>
            {inZone.format(time)}
          </li>
        ))}
      </ol>
    </div>
  );
}

async function nextRuns({
  every,
  cron,
  timezone = 'UTC',
}: NonNullable<Schedule>): Promise<{ words?: string; times: number[] }> {
  if (cron === undefined) {
    const ms = parseDuration(every ?? '');
    if (ms === undefined || ms === 0) throw new Error('Write a number with s, m, h or d, such as 5m');
    const now = Date.now();
    return { times: Array.from({ length: RUNS }, (_, index) => now + ms * (index + 1)) };
  }
  const [{ Cron }, { default: cronstrue }] = await Promise.all([import('croner'), import('cronstrue')]);
  const times = new Cron(cron, { timezone, paused: true }).nextRuns(RUNS).map((time) => time.getTime());
  return { words: cronstrue.toString(cron, { throwExceptionOnParseError: false }), times };
}
