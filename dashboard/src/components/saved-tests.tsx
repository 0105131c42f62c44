import { Button } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { plural } from '../lib/format.ts';
import { judgeTests } from '../lib/judge-tests.ts';
import type { SavedTest, Step } from '../types.ts';
import { Changes } from './changes.tsx';
import { ErrorNote } from './error-note.tsx';
import { JsonView } from './json-view.tsx';
import { Panel } from './page.tsx';

const TYPING_MS = 500;

interface SavedTestsProps {
  readonly steps: readonly Step[];
  readonly tests: readonly SavedTest[];
  readonly onChange: (tests: readonly SavedTest[]) => void;
}

/** Records that were pinned with what the steps made of them: they show at once what a change breaks. */
export function SavedTests({ steps, tests, onChange }: SavedTestsProps) {
  const [tested] = useDebouncedValue(steps, TYPING_MS);
  const verdicts = useQuery({
    queryKey: ['saved tests', tested, tests],
    queryFn: ({ signal }) => judgeTests(tested, tests, signal),
    enabled: tests.length > 0,
    retry: false,
  });
  const failed = verdicts.data?.filter(({ isAsExpected }) => !isAsExpected).length ?? 0;
  const hint =
    tests.length === 0
      ? 'Pin a record in “Step by step”: what the steps make of it now is what they have to make of it from then on.'
      : 'They have to pass before a change is saved.';
  return (
    <Panel
      title="Saved tests"
      hint={hint}
      actions={
        verdicts.data &&
        tests.length > 0 && (
          <span className={`badge ${failed === 0 ? 'ok' : 'bad'}`}>
            {failed === 0 ? `${plural(tests.length, 'test')} passed` : `${failed} of ${tests.length} failed`}
          </span>
        )
      }
    >
      <ErrorNote error={verdicts.error} />
      <ol className="traces">
        {tests.map((test, index) => {
          const verdict = verdicts.data?.[index];
          return (
            <li key={`${test.name} ${index}`} className="row between top-aligned">
              <details className="grow">
                <summary>
                  <span className="strong">{test.name}</span>{' '}
                  {verdict && <span className={`badge ${verdict.isAsExpected ? 'ok' : 'bad'}`}>{verdict.word}</span>}
                </summary>
                {verdict && !verdict.isAsExpected && (
                  <>
                    <p className="bad-text small">{verdict.why}</p>
                    {test.expected && verdict.output && (
                      <Changes before={test.expected[0] ?? {}} after={verdict.output[0] ?? {}} />
                    )}
                  </>
                )}
                <JsonView value={test.input} name="Input of a test" />
              </details>
              <Button size="compact-xs" variant="default" onClick={() => onChange(tests.toSpliced(index, 1))}>
                Remove
              </Button>
            </li>
          );
        })}
      </ol>
    </Panel>
  );
}
