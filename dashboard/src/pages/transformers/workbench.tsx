import { SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import { useNavigate } from '@tanstack/react-router';
import { IdentityFields } from '../../components/identity-fields.tsx';
import { JsonField } from '../../components/json-field.tsx';
import { Panel } from '../../components/page.tsx';
import { Problems } from '../../components/problems.tsx';
import { SaveBar } from '../../components/save-bar.tsx';
import { SavedTests } from '../../components/saved-tests.tsx';
import { StepsEditor } from '../../components/steps-editor.tsx';
import { StepsPreview } from '../../components/steps-preview.tsx';
import { documentLink } from '../../lib/links.ts';
import { runRecords } from '../../lib/steps.ts';
import { useSave } from '../../lib/use-save.ts';
import { without } from '../../lib/without.ts';
import type { ChainSpec, DataRecord, Doc, SavedTest, Step } from '../../types.ts';
import { SampleSource } from './sample-source.tsx';

interface WorkbenchProps {
  readonly start: Doc<ChainSpec>;
  readonly isNew: boolean;
}

/** The chain on the left, as a list of steps or as JSON; the records it is tried on to the right. */
export function Workbench({ start, isNew }: WorkbenchProps) {
  const navigate = useNavigate();
  const [steps, setSteps] = useState(start.spec.transformers);
  const [tests, setTests] = useState<readonly SavedTest[]>(start.spec.tests ?? []);
  const [identity, setIdentity] = useState({ identifier: start.identifier, name: start.name ?? '' });
  const [mode, setMode] = useState('steps');
  const [samples, setSamples] = useState<readonly DataRecord[]>([]);
  const [base, setBase] = useState(start);
  const save = useSave((saved) => {
    setBase({ ...saved, spec: base.spec });
    void navigate(documentLink('transformer', saved.identifier));
  });
  const { identifier, name } = identity;
  return (
    <div className="split">
      <div className="stack">
        <Panel
          title="Steps"
          actions={
            <SegmentedControl
              size="xs"
              aria-label="How steps are edited"
              value={mode}
              onChange={setMode}
              data={[
                { value: 'steps', label: 'Steps' },
                { value: 'json', label: 'JSON' },
              ]}
            />
          }
        >
          {mode === 'steps' ? (
            <Problems error={save.error} at="spec.transformers">
              <StepsEditor steps={steps} onChange={setSteps} samples={samples} />
            </Problems>
          ) : (
            <JsonField
              label="Steps as JSON"
              value={steps}
              onChange={(value) => Array.isArray(value) && setSteps(value as Step[])}
            />
          )}
        </Panel>
        <Panel title="Name">
          <IdentityFields value={identity} onChange={setIdentity} isNew={isNew} example="Ticket to asset" />
        </Panel>
        <SaveBar
          isNew={isNew}
          canSave={identifier !== '' && steps.length > 0}
          save={save}
          toDocument={() => ({
            ...base,
            identifier,
            ...(name !== '' && { name }),
            spec: { ...without(base.spec, 'tests'), transformers: steps, ...(tests.length > 0 && { tests }) },
          })}
        />
      </div>
      <div className="sticky stack">
        <SampleSource onRecords={setSamples} />
        <StepsPreview
          steps={steps}
          records={samples}
          onPin={(record) => void pinned(steps, record, tests).then(setTests)}
        />
        <SavedTests steps={steps} tests={tests} onChange={setTests} />
      </div>
    </div>
  );
}

/** Tests with one more: the record, and what the steps make of it now. */
async function pinned(
  steps: readonly Step[],
  input: DataRecord,
  tests: readonly SavedTest[],
): Promise<readonly SavedTest[]> {
  const [result] = await runRecords(steps, [input]);
  const output = result?.output ?? [];
  const names = new Set(tests.map((test) => test.name));
  const id = ['id', 'key', 'name'].map((field) => input[field]).find((value) => typeof value !== 'object');
  let name = `Record ${typeof id === 'string' || typeof id === 'number' ? id : tests.length + 1}`;
  while (names.has(name)) name = `${name} again`;
  if (result?.error) return [...tests, { name, input, error: result.error.message }];
  return [...tests, output.length === 0 ? { name, input, dropped: true } : { name, input, expected: output }];
}
