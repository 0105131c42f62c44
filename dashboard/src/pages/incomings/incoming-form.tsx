import { SegmentedControl, Switch } from '@mantine/core';
import { useState } from 'react';
import { useNavigate } from '@tanstack/react-router';
import { ClientSelect } from '../../components/client-select.tsx';
import { findOperation, OperationSelect } from '../../components/entity-select.tsx';
import { IdentityFields } from '../../components/identity-fields.tsx';
import { Panel } from '../../components/page.tsx';
import { Problems } from '../../components/problems.tsx';
import { ParameterList } from '../../components/parameter-list.tsx';
import { SamplePanel, useSample } from '../../components/sample.tsx';
import { SaveBar } from '../../components/save-bar.tsx';
import { ScheduleField } from '../../components/schedule-field.tsx';
import { StepsEditor } from '../../components/steps-editor.tsx';
import { StepsPreview } from '../../components/steps-preview.tsx';
import { documentLink } from '../../lib/links.ts';
import { useSave } from '../../lib/use-save.ts';
import { without } from '../../lib/without.ts';
import { useConnectorOf } from '../../queries.ts';
import type { CallParameters, Doc, IncomingSpec, Operation } from '../../types.ts';

interface IncomingFormProps {
  readonly start: Doc<IncomingSpec>;
  readonly isNew: boolean;
}

/** The set-up of an incoming on the left; real records of it on the right, from the first choice on. */
export function IncomingForm({ start, isNew }: IncomingFormProps) {
  const navigate = useNavigate();
  const [document, setDocument] = useState(start);
  const [identity, setIdentity] = useState({ identifier: start.identifier, name: start.name ?? '' });
  const save = useSave(({ identifier }) => void navigate(documentLink('incoming', identifier)));
  const { subscriber, schedule, transformers = [] } = document.spec;
  const connector = useConnectorOf(subscriber.client);
  const operation = findOperation(connector.data, subscriber.entity, subscriber.operation ?? 'list');
  const sample = useSample(operation ? subscriber : {});
  const setSpec = (spec: Partial<IncomingSpec>): void =>
    setDocument({ ...document, spec: { ...document.spec, ...spec } });
  const setSubscriber = (change: Partial<IncomingSpec['subscriber']>): void =>
    setSpec({ subscriber: { ...subscriber, ...change } });
  const setParameters = (change: CallParameters): void =>
    setSubscriber({ parameters: { ...subscriber.parameters, ...change } });
  const canSave = identity.identifier !== '' && subscriber.client !== undefined && subscriber.entity !== undefined;

  return (
    <div className="split">
      <div className="stack">
        <Panel title="1. Source">
          <div className="stack">
            <ClientSelect
              value={subscriber.client}
              onChange={(client) => setSubscriber({ client, entity: undefined, operation: undefined, parameters: {} })}
            />
            <OperationSelect
              label="What is read"
              connector={connector.data}
              fits={reads}
              entity={subscriber.entity}
              operation={subscriber.operation ?? 'list'}
              onChange={(entity, name) => {
                setSubscriber({ entity, operation: name, parameters: {} });
                if (isNew && identity.name === '') setIdentity({ identifier: entity, name: '' });
              }}
            />
            {operation && (
              <SegmentedControl
                aria-label="How much is read"
                className="start wrapping"
                value={subscriber.mode ?? 'incremental'}
                onChange={(mode) => setSubscriber({ mode: mode === 'full' ? 'full' : 'incremental' })}
                data={[
                  { value: 'incremental', label: operation.hasDelta ? 'What changed' : 'What changed, by comparing' },
                  { value: 'full', label: 'Everything, each time' },
                ]}
              />
            )}
          </div>
        </Panel>
        <Panel title="2. Request parameters" hint="Narrow down what is read. The records on the right follow.">
          {!operation && <p className="muted small">Choose what is read first: each operation has its own.</p>}
          {operation && (
            <div className="stack">
              <ParameterList
                label="path parameter"
                parameters={required(operation.pathParameters)}
                values={subscriber.parameters?.path ?? {}}
                onChange={(path) => setParameters({ path })}
              />
              <ParameterList
                label="query parameter"
                parameters={operation.queryParameters}
                values={subscriber.parameters?.query ?? {}}
                onChange={(query) => setParameters({ query })}
              />
            </div>
          )}
        </Panel>
        <Panel title="3. Schedule">
          <ScheduleField value={schedule} onChange={(next) => setSpec({ schedule: next })} />
        </Panel>
        <Panel title="4. Steps" hint="Applied to every record, before any route gets it. Often there are none.">
          <Problems error={save.error} at="spec.transformers">
            <StepsEditor
              steps={transformers}
              onChange={(steps) => setSpec({ transformers: steps })}
              samples={sample.data?.rows ?? []}
            />
          </Problems>
        </Panel>
        <Panel title="5. Name">
          <div className="stack">
            <IdentityFields value={identity} onChange={setIdentity} isNew={isNew} example="Open tickets" />
            <Switch
              label="Runs by its schedule"
              checked={document.disabled !== true}
              onChange={(event) => setDocument({ ...document, disabled: !event.currentTarget.checked })}
            />
          </div>
        </Panel>
        <SaveBar isNew={isNew} canSave={canSave} save={save} toDocument={() => toDocument(document, identity)} />
      </div>
      <div className="sticky stack">
        <SamplePanel
          title="Real records"
          sample={sample}
          empty="Choose a client and what is read: its records appear here."
        />
        <StepsPreview steps={transformers} records={sample.data?.rows ?? []} />
      </div>
    </div>
  );
}

function reads({ action, method, name }: Operation): boolean {
  return action === 'list' || name === 'list' || (method === 'GET' && action !== 'delete');
}

function required(parameters: Operation['pathParameters']): Operation['pathParameters'] {
  return Object.fromEntries(Object.entries(parameters).map(([name, each]) => [name, { ...each, required: true }]));
}

function toDocument(
  document: Doc<IncomingSpec>,
  { identifier, name }: { identifier: string; name: string },
): Doc<unknown> {
  const { disabled } = document;
  const rest = without(without(document, 'name'), 'disabled');
  return { ...rest, identifier, ...(name !== '' && { name }), ...(disabled === true && { disabled }) };
}
