import { Button, Modal } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api, queryClient } from '../../api.ts';
import { ErrorNote } from '../../components/error-note.tsx';
import { PasswordField } from '../../components/password-field.tsx';

interface ResetPasswordProps {
  /** Whose; nobody's while it is undefined. */
  readonly user: string | undefined;
  readonly onClose: () => void;
}

/** Gives somebody else a new password, for those who forgot theirs. */
export function ResetPassword({ user, onClose }: ResetPasswordProps) {
  const [password, setPassword] = useState('');
  const save = useMutation({
    mutationFn: () => api('POST', `/users/${encodeURIComponent(user ?? '')}/reset-password`, { password }),
    onSuccess: async () => {
      notifications.show({ message: `${user ?? ''} has a new password, and is signed out everywhere`, color: 'teal' });
      await queryClient.invalidateQueries();
      onClose();
    },
  });
  return (
    <Modal opened={user !== undefined} onClose={onClose} title={`New password for ${user ?? ''}`} centered>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <PasswordField
          description="Tell it by a safe way: it ends all sessions, and can be changed at the account."
          kind="new"
          value={password}
          onChange={setPassword}
        />
        <ErrorNote error={save.error} />
        <Button type="submit" loading={save.isPending} disabled={password === ''}>
          Set the password
        </Button>
      </form>
    </Modal>
  );
}
