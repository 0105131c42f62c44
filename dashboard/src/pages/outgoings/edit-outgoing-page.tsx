import { useParams } from '@tanstack/react-router';
import { DeleteDocument } from '../../components/delete-document.tsx';
import { VersionsButton } from '../../components/versions-button.tsx';
import { FromDraft } from '../../components/new-drafts.tsx';
import { Empty, Page } from '../../components/page.tsx';
import { WithDraft } from '../../components/with-draft.tsx';
import { QueryView } from '../../components/query-view.tsx';
import { useFilters } from '../../lib/router.tsx';
import { useDocument } from '../../queries.ts';
import type { Doc, OutgoingSpec } from '../../types.ts';
import { OutgoingForm } from './outgoing-form.tsx';

/** Sets an outgoing up, or changes it. */
export default function EditOutgoingPage() {
  const { id } = useParams({ strict: false });
  const [{ client }] = useFilters();
  const document = useDocument<OutgoingSpec>('outgoing', id);
  const back = { to: '/outgoings', label: 'Outgoing' } as const;
  if (id === undefined) {
    return (
      <Page title="New outgoing" lead="Where records are written, and how they are found again." back={back} wide>
        <FromDraft kind="outgoing" blank={blank(client)}>
          {(start) => <OutgoingForm start={start} isNew />}
        </FromDraft>
      </Page>
    );
  }
  return (
    <Page
      title={document.data?.name ?? id}
      lead={document.data?.description}
      back={back}
      actions={
        <>
          <VersionsButton kind="outgoing" identifier={id} />
          <DeleteDocument kind="outgoing" identifier={id} />
        </>
      }
      wide
    >
      <QueryView query={document}>
        {(data) =>
          data.spec.publisher.type === 'connector' ? (
            <WithDraft document={data}>{(start) => <OutgoingForm start={start} isNew={false} />}</WithDraft>
          ) : (
            <Empty title={`The publisher "${data.spec.publisher.type}" has no form yet`}>
              Change the document with “sluice apply”.
            </Empty>
          )
        }
      </QueryView>
    </Page>
  );
}

function blank(client: string | undefined): Doc<OutgoingSpec> {
  return {
    kind: 'outgoing',
    identifier: '',
    version: 0,
    spec: {
      transformers: [],
      publisher: { type: 'connector', action: 'post', ...(client !== undefined && { client }) },
    },
  };
}
