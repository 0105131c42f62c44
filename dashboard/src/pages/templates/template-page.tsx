import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api.ts';
import { ErrorNote } from '../../components/error-note.tsx';
import { Page, Panel } from '../../components/page.tsx';
import { QueryView } from '../../components/query-view.tsx';
import { SchemaForm } from '../../components/schema-form.tsx';
import { Link, type Params } from '../../lib/router.tsx';
import { useTemplate } from '../../queries.ts';
import type { DataRecord, TemplateForm, TemplatePreview } from '../../types.ts';
import { PlanPanel } from '../routes/plan-panel.tsx';

/** One template: its form, what it would make, and the plan of each flow before anything is written. */
export default function TemplatePage({ params }: { readonly params: Params }) {
  return <QueryView query={useTemplate(params['id'] ?? '')}>{(template) => <Filling template={template} />}</QueryView>;
}

function Filling({ template }: { readonly template: TemplateForm }) {
  const { name, title, summary, description } = template;
  const [options, setOptions] = useState<DataRecord>({});
  const queries = useQueryClient();
  const call = (what: string) => () => api<TemplatePreview>('POST', `/templates/${name}/${what}`, { options });
  const preview = useMutation({ mutationFn: call('preview') });
  const apply = useMutation({ mutationFn: call('apply'), onSuccess: () => queries.invalidateQueries() });
  const change = (next: DataRecord): void => {
    setOptions(next);
    preview.reset();
    apply.reset();
  };
  return (
    <Page title={title} lead={summary} back={{ href: '/templates', label: 'Templates' }}>
      <Panel title="Options" {...(description !== undefined && { hint: description })}>
        <SchemaForm schema={template.options} value={options} onChange={change} samples={[]} />
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
            <Button loading={apply.isPending} disabled={!preview.data} onClick={() => apply.mutate()}>
              Apply
            </Button>
          </>
        }
      >
        <Made made={apply.data ?? preview.data} />
      </Panel>
      {apply.data ? (
        <Next flows={apply.data.flows} />
      ) : (
        preview.data?.flows.map(({ title: flow, route }) => (
          <PlanPanel key={route} route={route} title={`Plan: ${flow}`} template={{ name, options }} />
        ))
      )}
    </Page>
  );
}

function Made({ made }: { readonly made: TemplatePreview | undefined }) {
  if (!made)
    return <p className="muted">Fill the form, then look at the preview. Nothing is written before you apply it.</p>;
  return (
    <ul className="changes" aria-label="Documents">
      {made.changes.map(({ action, kind, identifier }) => (
        <li key={`${kind}/${identifier}`}>
          {action} {kind} <code>{identifier}</code>
        </li>
      ))}
    </ul>
  );
}

/** What is run next, in order. */
function Next({ flows }: Pick<TemplatePreview, 'flows'>) {
  return (
    <Panel title="Next" hint="Look at the plan of each route, then run it, in this order.">
      <ol>
        {flows.map(({ title, route, note }) => (
          <li key={route}>
            <Link href={`/routes/${route}`}>{title}</Link> {note}
          </li>
        ))}
      </ol>
    </Panel>
  );
}
