import { Switch } from '@mantine/core';
import { useState } from 'react';
import { useNavigate } from '@tanstack/react-router';
import { CopyButton } from '../../components/copy-button.tsx';
import { IdentityFields } from '../../components/identity-fields.tsx';
import { Panel } from '../../components/page.tsx';
import { Problems } from '../../components/problems.tsx';
import { SaveBar } from '../../components/save-bar.tsx';
import { ScheduleField } from '../../components/schedule-field.tsx';
import { SchemaForm } from '../../components/schema-form.tsx';
import { StepsEditor } from '../../components/steps-editor.tsx';
import { documentLink } from '../../lib/links.ts';
import { useSave } from '../../lib/use-save.ts';
import { without } from '../../lib/without.ts';
import { useComponents } from '../../queries.ts';
import type { Doc, IncomingSpec } from '../../types.ts';
import { WebhookFields } from './webhook-fields.tsx';

interface SourceFormProps {
  readonly start: Doc<IncomingSpec>;
  readonly isNew: boolean;
}

/** The set-up of an incoming that takes deliveries or files: nothing is called, so there is nothing to look at before. */
export function SourceForm({ start, isNew }: SourceFormProps) {
  const navigate = useNavigate();
  const [document, setDocument] = useState(start);
  const [identity, setIdentity] = useState({ identifier: start.identifier, name: start.name ?? '' });
  const save = useSave(({ identifier }) => void navigate(documentLink('incoming', identifier)));
  const { subscriber, schedule, transformers = [], webhook } = document.spec;
  const component = useComponents().data?.subscribers.find(({ type }) => type === subscriber.type);
  const setSpec = (spec: Partial<IncomingSpec>): void =>
    setDocument({ ...document, spec: { ...document.spec, ...spec } });
  const isWebhook = subscriber.type === 'webhook';
  return (
    <div className="stack form">
      <Panel title="1. Name">
        <IdentityFields
          value={identity}
          onChange={setIdentity}
          isNew={isNew}
          example={isWebhook ? 'Ticket events' : 'Price list'}
        />
      </Panel>
      <Panel title="2. Source" hint={component?.summary}>
        {component && (
          <Problems error={save.error} at="spec.subscriber">
            <SchemaForm
              schema={component.options}
              value={without(subscriber, 'type')}
              onChange={(options) => setSpec({ subscriber: { type: subscriber.type, ...options } })}
              samples={[]}
              isFolded
            />
          </Problems>
        )}
      </Panel>
      {isWebhook && (
        <Panel title="3. Deliveries" hint="The source sends to this address; what does not prove itself is refused.">
          <div className="stack">
            <div className="row">
              <code className="endpoint">{`${location.origin}/hooks/${identity.identifier || '…'}`}</code>
              <CopyButton text={`${location.origin}/hooks/${identity.identifier}`} label="Copy the address" />
            </div>
            <WebhookFields value={webhook ?? {}} isNew={isNew} onChange={(next) => setSpec({ webhook: next })} />
          </div>
        </Panel>
      )}
      {!isWebhook && (
        <Panel title="3. Schedule">
          <ScheduleField value={schedule} onChange={(next) => setSpec({ schedule: next })} />
        </Panel>
      )}
      <Panel title="4. Steps" hint="Applied to every record, before any route gets it. Often there are none.">
        <Problems error={save.error} at="spec.transformers">
          <StepsEditor steps={transformers} onChange={(steps) => setSpec({ transformers: steps })} samples={[]} />
        </Problems>
      </Panel>
      <Switch
        label={isWebhook ? 'Takes deliveries' : 'Runs by its schedule'}
        checked={document.disabled !== true}
        onChange={(event) => setDocument({ ...document, disabled: !event.currentTarget.checked })}
      />
      <SaveBar
        isNew={isNew}
        canSave={identity.identifier !== ''}
        save={save}
        toDocument={() => {
          const { disabled } = document;
          const rest = without(without(document, 'name'), 'disabled');
          const { identifier, name } = identity;
          return { ...rest, identifier, ...(name !== '' && { name }), ...(disabled === true && { disabled }) };
        }}
      />
    </div>
  );
}
