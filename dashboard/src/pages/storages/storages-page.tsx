import { useState } from 'react';
import { DocumentList } from '../../components/document-list.tsx';
import { NewDocument } from '../../components/new-document.tsx';

/** Stores of keys and values. */
export default function StoragesPage() {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <DocumentList
        kind="storage"
        title="Storages"
        lead="A storage keeps values by their key, for steps to write and look up."
        word="storage"
        empty="Make one when a route has to remember something, or two systems name the same things differently."
        fact={{ title: 'About', of: ({ description }) => description ?? '' }}
        onNew={() => setOpen(true)}
      />
      <NewDocument
        kind="storage"
        word="storage"
        example="Site numbers"
        spec={{}}
        isOpen={isOpen}
        onClose={() => setOpen(false)}
      />
    </>
  );
}
