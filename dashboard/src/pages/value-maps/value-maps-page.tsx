import { DocumentList } from '../../components/document-list.tsx';
import { NewDocument } from '../../components/new-document.tsx';
import { plural } from '../../lib/format.ts';

/** Tables that translate values. */
export default function ValueMapsPage() {
  return (
    <DocumentList
      kind="value-map"
      title="Value maps"
      lead="A table that says what a value of one system is called in another, and what becomes of a value that is not in it."
      word="value map"
      empty="Make one when status 3 here is “closed” there."
      fact={{ title: 'Rows', of: ({ spec }) => plural(((spec['rows'] ?? []) as unknown[]).length, 'row') }}
      newButton={<NewDocument kind="value-map" word="value map" example="Ticket status" spec={{ rows: [] }} />}
    />
  );
}
