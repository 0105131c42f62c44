import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useDebouncedValue } from '@mantine/hooks';
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
}

/** What each step makes of real records, run by the server; nothing is sent anywhere. */
export function StepsPreview({ steps, records }: StepsPreviewProps) {
  const [tested] = useDebouncedValue(steps, TYPING_MS);
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
            <Trace key={index} trace={trace} type={tested[index]?.type ?? ''} />
          ))}
        </ol>
      )}
    </Panel>
  );
}

function Trace({ trace, type }: { readonly trace: StepTrace; readonly type: string }) {
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
        <RecordsView records={output} name={`After ${type}`} />
      </details>
    </li>
  );
}
