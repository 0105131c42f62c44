import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useParams } from '@tanstack/react-router';
import { api } from '../../api.ts';
import { ErrorNote } from '../../components/error-note.tsx';
import { Page, Panel } from '../../components/page.tsx';
import { ActionBadge } from '../../components/planned-changes.tsx';
import { Problems } from '../../components/problems.tsx';
import { QueryView } from '../../components/query-view.tsx';
import { SchemaForm } from '../../components/schema-form.tsx';
import { useFilters } from '../../lib/router.tsx';
import { filtersOf, onlyClients, optionsOf } from '../../lib/template-options.ts';
import { useClients, useTemplate } from '../../queries.ts';
import type { ClientOverview, DataRecord, TemplateForm, TemplatePreview } from '../../types.ts';
import { PlanPanel } from '../routes/plan-panel.tsx';
import { TemplateFlow } from './template-flow.tsx';

/** One template: its form, what it would make, and the plan of each flow before anything is written. */
export default function TemplatePage() {
  const { id } = useParams({ from: '/templates/$id' });
  const clients = useClients();
  return (
    <QueryView query={useTemplate(id)}>
      {(template) => (
        <QueryView query={clients}>
          {({ items }) => <Filling key={template.name} template={template} clients={items} />}
        </QueryView>
      )}
    </QueryView>
  );
}

interface FillingProps {
  readonly template: TemplateForm;
  readonly clients: readonly ClientOverview[];
}

function Filling({ template, clients }: FillingProps) {
  const { name, title, summary, description } = template;
  const [filters, setFilters] = useFilters();
  const [options, setOptions] = useState<DataRecord>(() => ({
    ...onlyClients(template.options, clients),
    ...optionsOf(template.options, filters),
  }));
  const queries = useQueryClient();
  const call = (what: string) => () => api<TemplatePreview>('POST', `/templates/${name}/${what}`, { options });
  const preview = useMutation({ mutationFn: call('preview') });
  const apply = useMutation({ mutationFn: call('apply'), onSuccess: () => queries.invalidateQueries() });
  const change = (next: DataRecord): void => {
    setOptions(next);
    setFilters(filtersOf(template.options, next));
    preview.reset();
    apply.reset();
  };
  return (
    <Page title={title} lead={summary} back={{ to: '/templates', label: 'Templates' }}>
      <Panel title="Options" {...(description !== undefined && { hint: description })}>
        <Problems error={preview.error ?? apply.error} at="">
          <SchemaForm schema={template.options} value={options} onChange={change} samples={[]} isFolded />
        </Problems>
      </Panel>
      <ErrorNote error={preview.error ?? apply.error} />
      <Panel
        title={apply.data ? 'Made' : 'What it makes'}
        hint="Ordinary documents, which you can change afterwards."
        actions={
          <>
            <Button variant="default" loading={preview.isPending} onClick={() => preview.mutate()}>
              Preview
            </Button>
            <Button
              loading={apply.isPending}
              disabled={!preview.data || apply.data !== undefined}
              onClick={() => apply.mutate()}
            >
              Apply
            </Button>
          </>
        }
      >
        <Made made={apply.data ?? preview.data} />
      </Panel>
      {apply.data
        ? apply.data.flows.map((flow, index) => <TemplateFlow key={flow.route} flow={flow} number={index + 1} />)
        : preview.data?.flows.map(({ title: flow, route }) => (
            <PlanPanel key={route} route={route} title={`Plan: ${flow}`} template={{ name, options }} />
          ))}
    </Page>
  );
}

function Made({ made }: { readonly made: TemplatePreview | undefined }) {
  if (!made)
    return <p className="muted">Fill the form, then look at the preview. Nothing is written before you apply it.</p>;
  return (
    <ul className="made" aria-label="Documents">
      {made.changes.map(({ action, kind, identifier }) => (
        <li key={`${kind}/${identifier}`}>
          <ActionBadge action={action} />
          <span className="muted">{kind}</span> <code>{identifier}</code>
        </li>
      ))}
    </ul>
  );
}
