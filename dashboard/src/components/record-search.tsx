import { Kbd, TextInput } from '@mantine/core';
import { type SyntheticEvent, useState } from 'react';
import { useNavigate } from '@tanstack/react-router';
import { SearchIcon } from './icons.tsx';

/** Finds a record, not a run: its key leads to everything that happened to it on all routes. */
export function RecordSearch() {
  const navigate = useNavigate();
  const [text, setText] = useState('');
  const search = (event: SyntheticEvent): void => {
    event.preventDefault();
    const key = text.trim();
    if (key !== '') void navigate({ to: '/tasks', search: { key } });
  };
  return (
    <form className="top-search" role="search" onSubmit={search}>
      <TextInput
        data-search
        type="search"
        aria-label="Find a record by its key"
        placeholder="Find a record by key"
        leftSection={<SearchIcon size={16} />}
        rightSection={<Kbd className="not-phone">/</Kbd>}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
    </form>
  );
}
