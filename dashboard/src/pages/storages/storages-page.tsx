import { DocumentList } from '../../components/document-list.tsx';
import { NewDocument } from '../../components/new-document.tsx';

/** Stores of keys and values. */
export default function StoragesPage() {
  return (
    <DocumentList
      kind="storage"
      title="Storages"
      lead="A storage keeps values by their key, for steps to write and look up."
      word="storage"
      empty="Make one when a route has to remember something, or two systems name the same things differently."
      fact={{ title: 'About', of: ({ description }) => description ?? '' }}
      newButton={<NewDocument kind="storage" word="storage" example="Site numbers" spec={{}} />}
    />
  );
}
