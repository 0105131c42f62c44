import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Button } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { plural } from '../lib/format.ts';
import { type StepTrace, testSteps } from '../lib/steps.ts';
import { duration } from '../lib/time.ts';
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
  const isStopped = stop !== undefined && stop < typed.length - 1;
  const tested = isStopped ? typed.slice(0, stop + 1) : typed;
  const samples = records.slice(0, SAMPLES);
  const traces = useQuery({
    queryKey: ['steps', tested, samples],
    queryFn: async ({ signal }) => (await testSteps(tested, samples, signal)) ?? null,
    enabled: samples.length > 0 && tested.length > 0,
    placeholderData: keepPreviousData,
    retry: false,
  });
  if (tested.length === 0 || samples.length === 0) return null;
  return (
    <Panel title="Step by step" hint={`On ${plural(samples.length, 'real record')}. Nothing is sent.`}>
      <ErrorNote error={traces.error} />
      {traces.data === null && (
        <p className="muted">
          This server cannot run steps for a preview. They are checked when you save, and run with the next records.
        </p>
      )}
      {traces.data && (
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
