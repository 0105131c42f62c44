import { Autocomplete, Checkbox, MultiSelect, NumberInput, Switch } from '@mantine/core';
import { useState } from 'react';
import { useNavigate } from '@tanstack/react-router';
import { IdentityFields } from '../../components/identity-fields.tsx';
import { Panel } from '../../components/page.tsx';
import { SaveBar } from '../../components/save-bar.tsx';
import { documentLink } from '../../lib/links.ts';
import { useSave } from '../../lib/use-save.ts';
import { without } from '../../lib/without.ts';
import { useClients, useIncomings, useRoutes } from '../../queries.ts';
import type { Doc, NotificationSpec } from '../../types.ts';
import { ChannelFields } from './channel-fields.tsx';
import { EVENTS } from './events.ts';
import { MessagePreview } from './message-preview.tsx';

interface NotificationFormProps {
  readonly start: Doc<NotificationSpec>;
  readonly isNew: boolean;
}

const LENGTHS = ['1m', '5m', '15m', '1h', '6h', '1d'];

/** The set-up of a notification on the left, the message that would go out on the right. */
export function NotificationForm({ start, isNew }: NotificationFormProps) {
  const navigate = useNavigate();
  const [document, setDocument] = useState(start);
  const [identity, setIdentity] = useState({ identifier: start.identifier, name: start.name ?? '' });
  const save = useSave(({ identifier }) => void navigate(documentLink('notification', identifier)));
  const { spec } = document;
  const set = (change: Partial<NotificationSpec>): void =>
    setDocument({ ...document, spec: pruned({ ...spec, ...change }) });
  const toDocument = (): Doc<NotificationSpec> => {
    const { identifier, name } = identity;
    return { ...without(document, 'name'), identifier, ...(name !== '' && { name }) };
  };
  const hasUrl = !isNew || (spec.channel.url ?? '') !== '';
  return (
    <div className="split">
      <div className="stack">
        <Panel title="1. What is told">
          <div className="stack">
            <Checkbox.Group aria-label="Events" value={[...spec.events]} onChange={(events) => set({ events })}>
              <div className="stack tight">
                {EVENTS.map(({ value, label, why }) => (
                  <Checkbox key={value} value={value} label={label} description={why} />
                ))}
              </div>
            </Checkbox.Group>
            {spec.events.includes('tasks-failed') && (
              <div className="fields two">
                <NumberInput
                  label="Failed records"
                  description="Of one route"
                  min={1}
                  max={10_000}
                  value={spec.failures?.count ?? 10}
                  onChange={(count) => set({ failures: { ...spec.failures, count: Number(count) || 1 } })}
                />
                <Autocomplete
                  label="In"
                  description="A number with m, h or d"
                  data={LENGTHS}
                  value={spec.failures?.within ?? '1h'}
                  onChange={(within) => set({ failures: { ...spec.failures, within } })}
                />
              </div>
            )}
            {spec.events.includes('route-silent') && (
              <Autocomplete
                label="Silent for"
                description="Empty: when three runs in a row are missing"
                placeholder="three runs"
                data={LENGTHS}
                value={spec.silentFor ?? ''}
                onChange={(silentFor) => set({ silentFor: silentFor === '' ? undefined : silentFor })}
                maw={320}
              />
            )}
          </div>
        </Panel>
        <Panel title="2. For which" hint="Empty: for all. What concerns one of these is told.">
          <Concerns value={spec.only ?? {}} onChange={(only) => set({ only })} />
        </Panel>
        <Panel title="3. Where it goes">
          <ChannelFields value={spec.channel} onChange={(channel) => set({ channel })} isNew={isNew} />
        </Panel>
        <Panel title="4. How often" hint="A storm is one message: what happens meanwhile stands together in the next.">
          <div className="fields two">
            <Autocomplete
              label="At most one message in"
              data={LENGTHS}
              value={spec.digest ?? '5m'}
              onChange={(digest) => set({ digest })}
            />
            <Autocomplete
              label="What lasts is told again after"
              placeholder="never"
              data={LENGTHS}
              value={spec.repeat ?? ''}
              onChange={(repeat) => set({ repeat: repeat === '' ? undefined : repeat })}
            />
          </div>
        </Panel>
        <Panel title="5. Name">
          <div className="stack">
            <IdentityFields value={identity} onChange={setIdentity} isNew={isNew} example="Team chat" />
            <Switch
              label="Switched on"
              checked={document.disabled !== true}
              onChange={({ currentTarget }) =>
                setDocument(currentTarget.checked ? without(document, 'disabled') : { ...document, disabled: true })
              }
            />
          </div>
        </Panel>
        <SaveBar
          isNew={isNew}
          canSave={identity.identifier !== '' && spec.events.length > 0 && hasUrl}
          save={save}
          toDocument={toDocument}
        />
      </div>
      <div className="sticky">
        <MessagePreview document={toDocument()} isReady={hasUrl} />
      </div>
    </div>
  );
}

/** What is empty is left out of the document. */
function pruned(spec: NotificationSpec): NotificationSpec {
  return Object.fromEntries(Object.entries(spec).filter(([, value]) => value !== undefined)) as typeof spec;
}

interface ConcernsProps {
  readonly value: NonNullable<NotificationSpec['only']>;
  readonly onChange: (value: NotificationSpec['only']) => void;
}

function Concerns({ value, onChange }: ConcernsProps) {
  const lists = [
    { name: 'routes', label: 'Routes', query: useRoutes() },
    { name: 'incomings', label: 'Incoming', query: useIncomings() },
    { name: 'clients', label: 'Clients', query: useClients() },
  ] as const;
  const change = (name: string, chosen: readonly string[]): void => {
    const all = { ...value, [name]: chosen };
    const filled = Object.entries(all).filter(([, each]) => each.length > 0);
    onChange(filled.length === 0 ? undefined : Object.fromEntries(filled));
  };
  return (
    <div className="stack">
      {lists.map(({ name, label, query }) => (
        <MultiSelect
          key={name}
          label={label}
          placeholder={(value[name] ?? []).length === 0 ? 'all' : undefined}
          searchable
          clearable
          data={(query.data?.items ?? []).map((each) => ({
            value: each.identifier,
            label: each.name ?? each.identifier,
          }))}
          value={[...(value[name] ?? [])]}
          onChange={(chosen) => change(name, chosen)}
        />
      ))}
    </div>
  );
}
