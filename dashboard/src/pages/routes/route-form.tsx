import { NumberInput, Select, Switch, TextInput } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useNavigate } from '@tanstack/react-router';
import { findOperation } from '../../components/entity-select.tsx';
import { IdentityFields } from '../../components/identity-fields.tsx';
import { Panel } from '../../components/page.tsx';
import { Problems } from '../../components/problems.tsx';
import { SamplePanel, useSample } from '../../components/sample.tsx';
import { SaveBar } from '../../components/save-bar.tsx';
import { StepsEditor } from '../../components/steps-editor.tsx';
import { TargetFields } from '../../components/target-fields.tsx';
import { StepsPreview } from '../../components/steps-preview.tsx';
import { documentLink } from '../../lib/links.ts';
import { Link } from '../../lib/router.tsx';
import { useSave } from '../../lib/use-save.ts';
import { without } from '../../lib/without.ts';
import { useConnectorOf, useIncomings, useOutgoings } from '../../queries.ts';
import type { Doc, RouteSpec } from '../../types.ts';

interface RouteFormProps {
  readonly start: Doc<RouteSpec>;
  readonly isNew: boolean;
}

/** The set-up of a route on the left; the records that will go through it on the right. */
export function RouteForm({ start, isNew }: RouteFormProps) {
  const navigate = useNavigate();
  const [document, setDocument] = useState(start);
  const [identity, setIdentity] = useState({ identifier: start.identifier, name: start.name ?? '' });
  const save = useSave(({ identifier }) => void navigate(documentLink('route', identifier)));
  const incomings = useIncomings().data?.items ?? [];
  const outgoings = useOutgoings().data?.items ?? [];
  const { spec } = document;
  const subscriber = incomings.find(({ identifier }) => identifier === spec.incoming)?.spec.subscriber;
  const sample = useSample(subscriber?.type === 'connector' ? subscriber : {});
  const publisher = outgoings.find(({ identifier }) => identifier === spec.outgoing)?.spec.publisher;
  const connector = useConnectorOf(publisher?.client);
  const canList = findOperation(connector.data, publisher?.entity, 'list') !== undefined;
  const target = useSample(canList ? { client: publisher?.client, entity: publisher?.entity } : {});
  const matched = useMemo(
    () => [...new Set((publisher?.match ?? []).flatMap(({ fields }) => fields))],
    [publisher?.match],
  );
  const setSpec = (change: Partial<RouteSpec>): void => {
    const next = { ...spec, ...change };
    setDocument({ ...document, spec: next });
    const proposed = `${next.incoming}-to-${next.outgoing}`;
    const follows = isNew && identity.name === '' && next.incoming !== '' && next.outgoing !== '';
    if (follows) setIdentity({ identifier: proposed, name: '' });
  };
  const rows = sample.data?.rows ?? [];

  return (
    <div className="split">
      <div className="stack">
        <Panel title="1. From and to">
          <div className="fields two">
            <Select
              label="Incoming"
              description={<Link to="/incomings/new">Set up another</Link>}
              placeholder="What is read"
              searchable
              allowDeselect={false}
              data={incomings.map(({ identifier, name }) => ({ value: identifier, label: name ?? identifier }))}
              value={spec.incoming === '' ? null : spec.incoming}
              onChange={(incoming) => setSpec({ incoming: incoming ?? '' })}
            />
            <Select
              label="Outgoing"
              description={<Link to="/outgoings/new">Set up another</Link>}
              placeholder="Where it goes"
              searchable
              allowDeselect={false}
              data={outgoings.map(({ identifier, name }) => ({ value: identifier, label: name ?? identifier }))}
              value={spec.outgoing === '' ? null : spec.outgoing}
              onChange={(outgoing) => setSpec({ outgoing: outgoing ?? '' })}
            />
          </div>
        </Panel>
        <Panel title="2. Steps" hint="Filter out what does not belong there; map the rest to the fields of the target.">
          <TargetFields samples={target.data?.rows ?? []} matched={matched}>
            <Problems error={save.error} at="spec.transformers">
              <StepsEditor
                steps={spec.transformers ?? []}
                onChange={(transformers) => setSpec({ transformers })}
                samples={rows}
              />
            </Problems>
          </TargetFields>
        </Panel>
        <Panel title="3. When something fails">
          <div className="fields three">
            <NumberInput
              label="Tries"
              min={1}
              max={100}
              placeholder="5"
              value={spec.retry?.attempts ?? ''}
              onChange={(attempts) =>
                setSpec({ retry: { ...spec.retry, attempts: attempts === '' ? undefined : Number(attempts) } })
              }
            />
            <TextInput
              label="First wait"
              placeholder="5s"
              value={spec.retry?.delay ?? ''}
              onChange={(event) => setSpec({ retry: { ...spec.retry, delay: event.currentTarget.value || undefined } })}
            />
            <TextInput
              label="Longest wait"
              placeholder="15m"
              value={spec.retry?.maxDelay ?? ''}
              onChange={(event) =>
                setSpec({ retry: { ...spec.retry, maxDelay: event.currentTarget.value || undefined } })
              }
            />
          </div>
        </Panel>
        <Panel title="4. Name">
          <div className="stack">
            <IdentityFields value={identity} onChange={setIdentity} isNew={isNew} example="Tickets to assets" />
            <Switch
              label="Records go through"
              checked={document.disabled !== true}
              onChange={(event) => setDocument({ ...document, disabled: !event.currentTarget.checked })}
            />
          </div>
        </Panel>
        <SaveBar
          isNew={isNew}
          canSave={identity.identifier !== '' && spec.incoming !== '' && spec.outgoing !== ''}
          save={save}
          toDocument={() => toDocument(document, identity)}
        />
      </div>
      <div className="sticky stack">
        <SamplePanel
          title="Records that will come"
          sample={sample}
          empty="Choose an incoming: its records appear here."
        />
        <StepsPreview steps={spec.transformers ?? []} records={rows} />
      </div>
    </div>
  );
}

function toDocument(
  document: Doc<RouteSpec>,
  { identifier, name }: { identifier: string; name: string },
): Doc<unknown> {
  const { disabled } = document;
  const rest = without(without(document, 'name'), 'disabled');
  return { ...rest, identifier, ...(name !== '' && { name }), ...(disabled === true && { disabled }) };
}
