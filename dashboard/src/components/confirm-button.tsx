import { Button, type ButtonProps, Group, Modal, Text } from '@mantine/core';
import { useState } from 'react';
import { ErrorNote } from './error-note.tsx';

interface ConfirmButtonProps extends ButtonProps {
  readonly question: string;
  readonly explanation: string;
  readonly confirm: string;
  readonly action: () => Promise<unknown>;
}

/** A button for what cannot be taken back: it says what happens and asks once. */
export function ConfirmButton({ question, explanation, confirm, action, children, ...button }: ConfirmButtonProps) {
  const [isOpen, setOpen] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const run = async (): Promise<void> => {
    setBusy(true);
    try {
      await action();
      setOpen(false);
    } catch (caught) {
      setError(caught);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Button
        {...button}
        onClick={() => {
          setError(undefined);
          setOpen(true);
        }}
      >
        {children}
      </Button>
      <Modal opened={isOpen} onClose={() => setOpen(false)} title={question} centered>
        <div className="stack">
          <Text size="sm">{explanation}</Text>
          <ErrorNote error={error} />
          <Group justify="flex-end">
            <Button variant="default" onClick={() => setOpen(false)}>
              Cancel
            </Button>
            <Button color="red" loading={isBusy} onClick={() => void run()}>
              {confirm}
            </Button>
          </Group>
        </div>
      </Modal>
    </>
  );
}
