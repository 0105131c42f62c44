import { Button, NumberInput, SegmentedControl, TagsInput, TextInput } from '@mantine/core';
import { type SyntheticEvent, useState } from 'react';
import { ApiError } from '../../api.ts';
import { Conflict } from '../../components/conflict.tsx';
import { ErrorNote } from '../../components/error-note.tsx';
import { IdentityFields } from '../../components/identity-fields.tsx';
import { Panel } from '../../components/page.tsx';
import { ParameterField } from '../../components/parameter-field.tsx';
import { useSave } from '../../lib/use-save.ts';
import { without } from '../../lib/without.ts';
import { useStatus } from '../../queries.ts';
import type { ClientSpec, Connector, Doc } from '../../types.ts';
import { budgetOf, limitsOf, parametersOf } from './client-values.ts';

interface ClientFormProps {
  readonly connector: Connector;
  readonly document?: Doc<ClientSpec>;
  readonly onSaved: (identifier: string) => void;
}

/** The form that the connector's prototype describes. The authentication decides which fields there are. */
export function ClientForm({ connector, document, onSaved }: ClientFormProps) {
  const names = Object.keys(connector.authentications);
  const [identity, setIdentity] = useState({ identifier: document?.identifier ?? '', name: document?.name ?? '' });
  const [authentication, setAuthentication] = useState(document?.spec.authentication ?? names[0] ?? '');
  const [values, setValues] = useState<Readonly<Record<string, unknown>>>(document?.spec.parameters ?? {});
  const [networks, setNetworks] = useState(document?.spec.allowPrivateNetworks ?? []);
  const isAdministrator = useStatus().data?.token.role === 'administrator';
  const [budget, setBudget] = useState(budgetOf(document?.spec.limits ?? connector.limits));
  const save = useSave(({ identifier }) => onSaved(identifier));
  const { error } = save;
  const fields = parametersOf(connector, authentication);
  const problems = error instanceof ApiError ? error.problems : [];

  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    const shown = fields.filter(({ name }) => values[name] !== undefined);
    const parameters = Object.fromEntries(shown.map(({ name }) => [name, values[name]]));
    const limits = limitsOf(budget);
    const spec = {
      ...(document && without(document.spec, 'allowPrivateNetworks')),
      connector: connector.name,
      authentication,
      parameters,
      ...(networks.length > 0 && { allowPrivateNetworks: networks }),
      ...(limits.length > 0 && { limits }),
    };
    const { identifier, name } = identity;
    save.mutate({ version: 0, ...document, kind: 'client', identifier, ...(name !== '' && { name }), spec });
  };

  return (
    <form className="stack form" onSubmit={submit}>
      <Panel title="Name">
        <IdentityFields
          value={identity}
          onChange={setIdentity}
          isNew={!document}
          example={`${connector.title} production`}
        />
      </Panel>
      <Panel title="Address and sign-in">
        <div className="stack">
          {names.length > 1 && (
            <div>
              <div className="label" id="authentication-label">
                Authentication type
              </div>
              <SegmentedControl
                aria-labelledby="authentication-label"
                className="wrapping"
                value={authentication}
                onChange={setAuthentication}
                data={names.map((name) => ({ value: name, label: connector.authentications[name]?.title ?? name }))}
              />
            </div>
          )}
          <div className="fields">
            {fields.map(({ name, parameter, isRequired }) => (
              <ParameterField
                key={name}
                name={name}
                parameter={parameter}
                isRequired={isRequired}
                isKept={
                  document !== undefined && document.spec.authentication === authentication && parameter.secret === true
                }
                value={values[name]}
                error={problems.find(({ path }) => path === `spec.parameters.${name}`)?.message}
                onChange={(value) => setValues({ ...values, [name]: value })}
              />
            ))}
          </div>
          {(isAdministrator || networks.length > 0) && (
            <TagsInput
              label="Private networks"
              description="Only for a system in your own network: the networks, as CIDR, that this client may call besides public addresses"
              placeholder={networks.length === 0 ? 'e.g. 10.20.0.0/16' : undefined}
              disabled={!isAdministrator}
              error={problems.find(({ path }) => path.startsWith('spec.allowPrivateNetworks'))?.message}
              value={[...networks]}
              onChange={setNetworks}
            />
          )}
          <p className="muted small">
            Secrets are sealed when they are saved and never shown again. <code>{'${NAME}'}</code> takes one from the
            environment.
          </p>
        </div>
      </Panel>
      <Panel title="Limits" hint="Shared by everything that talks to this system, over all workers">
        <div className="fields three">
          <NumberInput
            label="Calls"
            min={1}
            value={budget.requests}
            onChange={(value) => setBudget({ ...budget, requests: value })}
          />
          <TextInput
            label="In"
            placeholder="300s"
            value={budget.per}
            onChange={(event) => setBudget({ ...budget, per: event.currentTarget.value })}
          />
          <NumberInput
            label="At once"
            min={1}
            value={budget.concurrency}
            onChange={(value) => setBudget({ ...budget, concurrency: value })}
          />
        </div>
      </Panel>
      {error instanceof ApiError && error.status === 412 && save.variables ? (
        <Conflict mine={save.variables} isBusy={save.isPending} onSave={save.mutate} />
      ) : (
        <ErrorNote error={error} title={problems.length > 0 ? 'Something is not right yet' : undefined} />
      )}
      <div className="row">
        <Button type="submit" loading={save.isPending} disabled={identity.identifier === ''}>
          Save and test
        </Button>
      </div>
    </form>
  );
}
