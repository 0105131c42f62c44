import { SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import { IdentityFields } from '../../components/identity-fields.tsx';
import { JsonField } from '../../components/json-field.tsx';
import { Panel } from '../../components/page.tsx';
import { SaveBar } from '../../components/save-bar.tsx';
import { StepsEditor } from '../../components/steps-editor.tsx';
import { StepsPreview } from '../../components/steps-preview.tsx';
import { hrefOf } from '../../lib/hrefs.ts';
import { navigate } from '../../lib/router.tsx';
import { useSave } from '../../lib/use-save.ts';
import type { DataRecord, Doc, Step } from '../../types.ts';
import { SampleSource } from './sample-source.tsx';

interface WorkbenchProps {
  readonly start: Doc<{ readonly transformers: readonly Step[] }>;
  readonly isNew: boolean;
}

/** The chain on the left, as a list of steps or as JSON; the records it is tried on to the right. */
export function Workbench({ start, isNew }: WorkbenchProps) {
  const [steps, setSteps] = useState(start.spec.transformers);
  const [identity, setIdentity] = useState({ identifier: start.identifier, name: start.name ?? '' });
  const [mode, setMode] = useState('steps');
  const [samples, setSamples] = useState<readonly DataRecord[]>([]);
  const [base, setBase] = useState(start);
  const save = useSave((saved) => {
    setBase({ ...saved, spec: base.spec });
    navigate(hrefOf('transformer', saved.identifier));
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
            <StepsEditor steps={steps} onChange={setSteps} samples={samples} />
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
            spec: { ...base.spec, transformers: steps },
          })}
        />
      </div>
      <div className="sticky stack">
        <SampleSource onRecords={setSamples} />
        <StepsPreview steps={steps} records={samples} />
      </div>
    </div>
  );
}
