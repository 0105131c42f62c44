import { useState } from 'react';
import { useParams } from '@tanstack/react-router';
import { DeleteDocument } from '../../components/delete-document.tsx';
import { VersionsButton } from '../../components/versions-button.tsx';
import { Page } from '../../components/page.tsx';
import { QueryView } from '../../components/query-view.tsx';
import { WithDraft } from '../../components/with-draft.tsx';
import { useDocument } from '../../queries.ts';
import { Unmatched } from './unmatched.tsx';
import { type ValueMapSpec, ValueRows } from './value-rows.tsx';

/** The rows of one value map. */
export default function ValueMapPage() {
  const { id } = useParams({ from: '/value-maps/$id' });
  const [added, setAdded] = useState(0);
  const document = useDocument<ValueMapSpec>('value-map', id);
  return (
    <Page
      title={document.data?.name ?? id}
      lead={document.data?.description}
      back={{ to: '/value-maps', label: 'Value maps' }}
      actions={
        <>
          <VersionsButton kind="value-map" identifier={id} />
          <DeleteDocument kind="value-map" identifier={id} />
        </>
      }
    >
      <QueryView query={document}>
        {(data) => (
          <WithDraft document={data}>
            {(start) => <ValueRows key={`${data.identifier} ${added}`} start={start} />}
          </WithDraft>
        )}
      </QueryView>
      <Unmatched map={id} onAdded={() => setAdded(added + 1)} />
    </Page>
  );
}
