import { Kbd, Modal } from '@mantine/core';
import { useEffect } from 'react';
import { type LinkProps, useNavigate } from '@tanstack/react-router';

const GO = {
  h: ['/', 'Home'],
  t: ['/tasks', 'Tasks'],
  r: ['/runs', 'Runs'],
  e: ['/errors', 'Errors'],
  c: ['/clients', 'Clients'],
  i: ['/incomings', 'Incoming'],
  o: ['/outgoings', 'Outgoing'],
  w: ['/routes', 'Routes'],
  f: ['/transformers', 'Transformers'],
  x: ['/console', 'Console'],
} as const satisfies Readonly<Record<string, readonly [LinkProps['to'], string]>>;

/** Listens for keys that are not typed into a field. */
export function useShortcuts(showHelp: () => void): void {
  const navigate = useNavigate();
  useEffect(() => {
    let isGoing = false;
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (event.key === '?') showHelp();
      else if (event.key === '/') focusSearch(event);
      else if (isGoing && isPlace(event.key)) void navigate({ to: GO[event.key][0] });
      isGoing = event.key === 'g';
    };
    document.addEventListener('keydown', onKey);
    return () => {
      document.removeEventListener('keydown', onKey);
    };
  });
}

function isPlace(key: string): key is keyof typeof GO {
  return Object.hasOwn(GO, key);
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

function focusSearch(event: KeyboardEvent): void {
  const field = document.querySelector<HTMLInputElement>('[data-search]');
  if (!field) return;
  event.preventDefault();
  field.focus();
  field.select();
}

/** The list of shortcuts. */
export function Shortcuts({ isOpen, onClose }: { readonly isOpen: boolean; readonly onClose: () => void }) {
  return (
    <Modal opened={isOpen} onClose={onClose} title="Keyboard shortcuts" centered>
      <dl className="facts">
        <dt>
          <Kbd>/</Kbd>
        </dt>
        <dd>Find a record</dd>
        <dt>
          <Kbd>?</Kbd>
        </dt>
        <dd>This list</dd>
        {Object.entries(GO).map(([key, [, label]]) => (
          <div key={key} style={{ display: 'contents' }}>
            <dt>
              <Kbd>g</Kbd> <Kbd>{key}</Kbd>
            </dt>
            <dd>Go to {label}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
