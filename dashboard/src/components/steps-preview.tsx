import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Button } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { plural } from '../lib/format.ts';
import { type StepTrace, testSteps } from '../lib/steps.ts';
import { duration } from '../lib/time.ts';
import { useComponents } from '../queries.ts';
import type { DataRecord, Step } from '../types.ts';
import { ErrorNote } from './error-note.tsx';
import { Panel } from './page.tsx';
import { RecordsView } from './records-view.tsx';

const SAMPLES = 5;
const TYPING_MS = 500;

interface StepsPreviewProps {
  readonly steps: readonly Step[];
  readonly records: readonly DataRecord[];
  /** Keeps a record as a test of the steps. */
  readonly onPin?: (record: DataRecord) => void;
}

/** What each step makes of real records, run by the server; nothing is sent anywhere. */
export function StepsPreview({ steps, records, onPin }: StepsPreviewProps) {
  const [stop, setStop] = useState<number>();
  const [typed] = useDebouncedValue(steps, TYPING_MS);
  const unfinished = useUnfinished(typed);
  const isStopped = stop !== undefined && stop < typed.length - 1;
  const tested = typed.slice(0, isStopped ? stop + 1 : typed.length).slice(0, unfinished?.index);
  const samples = records.slice(0, SAMPLES);
  const traces = useQuery({
    queryKey: ['steps', tested, samples],
    queryFn: async ({ signal }) => (await testSteps(tested, samples, signal)) ?? null,
    enabled: samples.length > 0 && tested.length > 0,
    placeholderData: keepPreviousData,
    retry: false,
  });
  if (typed.length === 0 || samples.length === 0) return null;
  return (
    <Panel title="Step by step" hint={`On ${plural(samples.length, 'real record')}. Nothing is sent.`}>
      <ErrorNote error={traces.error} />
      {traces.data === null && (
        <p className="muted">
          This server cannot run steps for a preview. They are checked when you save, and run with the next records.
        </p>
      )}
      {tested.length > 0 && traces.data && (
        <ol className="traces">
          {traces.data.map((trace, index) => (
            <Trace
              key={index}
              trace={trace}
              type={tested[index]?.type ?? ''}
              onStop={index < typed.length - 1 && stop !== index ? () => setStop(index) : undefined}
            />
          ))}
        </ol>
      )}
      {unfinished && (
        <p className="muted small">
          Step {unfinished.index + 1} still needs {unfinished.needs.join(', ')}.
        </p>
      )}
      {isStopped && (
        <p className="row muted small">
          Stopped behind step {stop + 1}.
          <Button size="compact-xs" variant="default" onClick={() => setStop(undefined)}>
            Go on to the end
          </Button>
        </p>
      )}
      {onPin && (
        <div className="actions">
          <Button size="xs" variant="default" onClick={() => samples[0] && onPin(samples[0])}>
            Pin the first record as a test
          </Button>
        </div>
      )}
    </Panel>
  );
}

/** The first step that lacks options it cannot do without: it and what is behind it cannot be tried yet. */
function useUnfinished(steps: readonly Step[]) {
  const known = useComponents().data?.transformers ?? [];
  const lacking = steps.map((step) => {
    const required = known.find(({ type }) => type === step.type)?.options.required ?? [];
    return required.filter((name) => step[name] === undefined);
  });
  const index = lacking.findIndex((needs) => needs.length > 0);
  return index === -1 ? undefined : { index, needs: lacking[index] ?? [] };
}

interface TraceProps {
  readonly trace: StepTrace;
  readonly type: string;
  readonly onStop: (() => void) | undefined;
}

function Trace({ trace, type, onStop }: TraceProps) {
  const { input, output, durationMs, error } = trace;
  return (
    <li>
      <details>
        <summary>
          <span className="strong">{type}</span>{' '}
          <span className="muted small">
            {input.length} → {plural(output.length, 'record')}
            {durationMs !== null && `, ${duration(durationMs)}`}
          </span>
          {error !== null && <span className="bad-text small block">{error}</span>}
        </summary>
        {onStop && (
          <Button size="compact-xs" variant="default" onClick={onStop}>
            Stop here
          </Button>
        )}
        <RecordsView records={output} name={`After ${type}`} />
      </details>
    </li>
  );
}
