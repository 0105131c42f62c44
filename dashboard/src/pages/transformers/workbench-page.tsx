import { useParams } from '@tanstack/react-router';
import { DeleteDocument } from '../../components/delete-document.tsx';
import { VersionsButton } from '../../components/versions-button.tsx';
import { FromDraft } from '../../components/new-drafts.tsx';
import { Page } from '../../components/page.tsx';
import { QueryView } from '../../components/query-view.tsx';
import { WithDraft } from '../../components/with-draft.tsx';
import { useDocument } from '../../queries.ts';
import type { ChainSpec, Doc } from '../../types.ts';
import { Workbench } from './workbench.tsx';

const BLANK: Doc<ChainSpec> = { kind: 'transformer', identifier: '', version: 0, spec: { transformers: [] } };

/** Makes a transformer, or changes it. */
export default function WorkbenchPage() {
  const { id } = useParams({ strict: false });
  const document = useDocument<ChainSpec>('transformer', id);
  const back = { to: '/transformers', label: 'Transformers' } as const;
  if (id === undefined) {
    return (
      <Page
        title="New transformer"
        lead="Build a chain of steps and see what it makes of real records."
        back={back}
        wide
      >
        <FromDraft kind="transformer" blank={BLANK}>
          {(start) => <Workbench start={start} isNew />}
        </FromDraft>
      </Page>
    );
  }
  return (
    <Page
      title={document.data?.name ?? id}
      back={back}
      actions={
        <>
          <VersionsButton kind="transformer" identifier={id} />
          <DeleteDocument kind="transformer" identifier={id} />
        </>
      }
      wide
    >
      <QueryView query={document}>
        {(data) => <WithDraft document={data}>{(start) => <Workbench start={start} isNew={false} />}</WithDraft>}
      </QueryView>
    </Page>
  );
}
