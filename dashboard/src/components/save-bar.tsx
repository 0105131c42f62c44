import { Button } from '@mantine/core';
import { ErrorNote } from './error-note.tsx';

interface SaveBarProps {
  readonly isNew: boolean;
  readonly canSave: boolean;
  readonly isBusy: boolean;
  readonly error: unknown;
  readonly onSave: () => void;
}

/** The end of a form: what is wrong, and the button. */
export function SaveBar({ isNew, canSave, isBusy, error, onSave }: SaveBarProps) {
  return (
    <div className="stack tight">
      <ErrorNote error={error} title={error === null || error === undefined ? undefined : 'Not saved'} />
      <div>
        <Button loading={isBusy} disabled={!canSave} onClick={onSave}>
          {isNew ? 'Create' : 'Save'}
        </Button>
      </div>
    </div>
  );
}
