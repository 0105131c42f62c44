import { Button, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { ApiError } from '../api.ts';
import type { Save } from '../lib/use-save.ts';
import { saveDraft } from '../queries.ts';
import type { Doc } from '../types.ts';
import { Conflict } from './conflict.tsx';
import { ErrorNote } from './error-note.tsx';

interface SaveBarProps {
  readonly isNew: boolean;
  readonly canSave: boolean;
  readonly save: Save;
  /** The document as the form has it. */
  readonly toDocument: () => Doc<unknown>;
}

/** The end of a form: what is wrong, why it is changed, and the buttons. */
export function SaveBar({ isNew, canSave, save, toDocument }: SaveBarProps) {
  const { isPending, error, variables, mutate, reason, setReason } = save;
  const draft = useMutation({
    mutationFn: saveDraft,
    onSuccess: () => notifications.show({ message: 'The draft is kept; nothing that runs has changed', color: 'teal' }),
  });
  const hasClash = error instanceof ApiError && error.status === 412 && variables !== undefined;
  return (
    <div className="stack tight">
      {hasClash ? (
        <Conflict mine={variables} isBusy={isPending} onSave={mutate} />
      ) : (
        <ErrorNote error={error ?? draft.error} title={(error ?? draft.error) ? 'Not saved' : undefined} />
      )}
      {!isNew && (
        <TextInput
          label="Why"
          description="Stands with the version, for those who come after you"
          placeholder="e.g. the new site has its own client"
          maw={520}
          maxLength={500}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
      )}
      <div className="actions">
        <Button loading={isPending} disabled={!canSave} onClick={() => mutate(toDocument())}>
          {isNew ? 'Create' : 'Save'}
        </Button>
        <Button
          variant="default"
          loading={draft.isPending}
          disabled={!canSave}
          onClick={() => draft.mutate(toDocument())}
        >
          Keep as a draft
        </Button>
      </div>
    </div>
  );
}
