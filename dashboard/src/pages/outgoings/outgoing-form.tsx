import { NumberInput, SegmentedControl, Select } from '@mantine/core';
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
import { StepsEditor } from '../../components/steps-editor.tsx';
import { useSave } from '../../lib/use-save.ts';
import { canWrite, usualWrite, WRITES, writeAction, writeTitle } from '../../lib/writes.ts';
import { without } from '../../lib/without.ts';
import { useConnectorOf } from '../../queries.ts';
import type { CallParameters, Doc, OutgoingSpec } from '../../types.ts';
import { MatchRules } from './match-rules.tsx';

interface OutgoingFormProps {
  readonly start: Doc<OutgoingSpec>;
  readonly isNew: boolean;
}

/** The set-up of an outgoing on the left; what the target holds today on the right. */
export function OutgoingForm({ start, isNew }: OutgoingFormProps) {
  const navigate = useNavigate();
  const [document, setDocument] = useState(start);
  const [identity, setIdentity] = useState({ identifier: start.identifier, name: start.name ?? '' });
  const save = useSave(
    ({ identifier }) =>
      void navigate(isNew ? { to: '/routes/new', search: { outgoing: identifier } } : { to: '/outgoings' }),
  );
  const { publisher, transformers = [] } = document.spec;
  const connector = useConnectorOf(publisher.client);
  const action = writeAction(publisher.action);
  const entityNamed = (name: string | undefined) => connector.data?.entities.find((each) => each.name === name);
  const operationName = publisher.operation ?? usualWrite(entityNamed(publisher.entity), action);
  const operation = findOperation(connector.data, publisher.entity, operationName);
  const canList = findOperation(connector.data, publisher.entity, 'list') !== undefined;
  const sample = useSample(canList ? { client: publisher.client, entity: publisher.entity } : {});
  const setPublisher = (change: Partial<OutgoingSpec['publisher']>): void =>
    setDocument({ ...document, spec: { ...document.spec, publisher: { ...publisher, ...change } } });
  const setParameters = (change: CallParameters): void =>
    setPublisher({ parameters: { ...publisher.parameters, ...change } });
  const canSave = identity.identifier !== '' && publisher.client !== undefined && publisher.entity !== undefined;

  return (
    <div className="split">
      <div className="stack">
        <Panel title="1. Target">
          <div className="stack">
            <ClientSelect
              value={publisher.client}
              onChange={(client) => setPublisher({ client, entity: undefined, operation: undefined, parameters: {} })}
            />
            <div>
              <div className="label">Action</div>
              <SegmentedControl
                aria-label="Action"
                value={action}
                onChange={(next) => setPublisher({ action: next, entity: undefined, operation: undefined })}
                data={WRITES.map(({ value, label }) => ({ value, label }))}
              />
              <p className="muted small">{WRITES.find(({ value }) => value === action)?.hint}</p>
            </div>
            <OperationSelect
              label="Entity"
              connector={connector.data}
              fits={(each, of) => canWrite(each, of, action)}
              titleOf={(each, of) => writeTitle(each, of, action)}
              entity={publisher.entity}
              operation={operationName}
              onChange={(entity, name) => {
                const isUsual = name === usualWrite(entityNamed(entity), action);
                setPublisher({ entity, operation: isUsual ? undefined : name, parameters: {} });
                if (isNew && identity.name === '') setIdentity({ identifier: entity, name: '' });
              }}
            />
          </div>
        </Panel>
        <Panel title="2. Request parameters" hint="Values may be templates over the record, such as &{site_id}">
          {!operation && <p className="muted small">Choose the entity first.</p>}
          {operation && (
            <div className="stack">
              <ParameterList
                label="path parameter"
                parameters={operation.pathParameters}
                values={publisher.parameters?.path ?? {}}
                onChange={(path) => setParameters({ path })}
              />
              <ParameterList
                label="query parameter"
                parameters={operation.queryParameters}
                values={publisher.parameters?.query ?? {}}
                onChange={(query) => setParameters({ query })}
              />
              {Object.keys({ ...operation.pathParameters, ...operation.queryParameters }).length === 0 && (
                <p className="muted small">This operation takes none.</p>
              )}
            </div>
          )}
        </Panel>
        <Panel
          title="3. Find before create"
          hint="Rules, tried in order: what is in the target already is updated, not doubled."
        >
          <MatchRules
            value={publisher.match ?? []}
            samples={sample.data?.rows ?? []}
            onChange={(match) => setPublisher({ match: match.length === 0 ? undefined : match })}
          />
        </Panel>
        <Panel title="4. Sending">
          <div className="fields two">
            <NumberInput
              label="Records per call"
              description={
                operation?.maxBatch === undefined
                  ? 'The connector decides'
                  : `This operation takes ${operation.maxBatch} at most`
              }
              min={1}
              max={1000}
              value={publisher.batch?.size ?? ''}
              onChange={(size) => setPublisher({ batch: size === '' ? undefined : { size: Number(size) } })}
            />
            <Select
              label="When in doubt"
              description="A lost answer: did it arrive?"
              clearable
              placeholder="What is safe here"
              data={[
                { value: 'verify', label: 'Look it up' },
                { value: 'resend', label: 'Send it again' },
                { value: 'hold', label: 'Ask a person' },
              ]}
              value={publisher.uncertain ?? null}
              onChange={(next) => setPublisher({ uncertain: next ?? undefined })}
            />
          </div>
        </Panel>
        <Panel title="5. Steps" hint="Applied to every record, whatever route it comes from.">
          <Problems error={save.error} at="spec.transformers">
            <StepsEditor
              steps={transformers}
              onChange={(steps) => setDocument({ ...document, spec: { ...document.spec, transformers: steps } })}
              samples={[]}
            />
          </Problems>
        </Panel>
        <Panel title="6. Name">
          <IdentityFields value={identity} onChange={setIdentity} isNew={isNew} example="Assets" />
        </Panel>
        <SaveBar
          isNew={isNew}
          canSave={canSave}
          save={save}
          toDocument={() => {
            const rest = without(document, 'name');
            const { identifier, name } = identity;
            return { ...rest, identifier, ...(name !== '' && { name }) };
          }}
        />
      </div>
      <div className="sticky">
        <SamplePanel
          title="What the target holds today"
          sample={sample}
          empty="Choose a client and an entity: the records that are there appear here, as a pattern for what is written."
        />
      </div>
    </div>
  );
}
