import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api, queryClient } from '../../api.ts';
import { ErrorNote } from '../../components/error-note.tsx';
import { Panel } from '../../components/page.tsx';
import { useApi } from '../../queries.ts';

interface Attempt {
  readonly id: string;
  readonly url: string;
  readonly redirectUri: string;
}

/** Connects as a person: the system asks in a window of its own, and this page waits for the answer. */
export function PersonSignIn({ client }: { readonly client: string }) {
  const path = `/clients/${encodeURIComponent(client)}/authorize`;
  const [attempt, setAttempt] = useState<Attempt>();
  const begin = useMutation({ mutationFn: () => api<Attempt>('POST', path), onSuccess: setAttempt });
  const outcome = useApi<{ status: string; message?: string }>(attempt && `${path}/${attempt.id}`, 2000);
  const status = outcome.data?.status;
  useEffect(() => {
    if (status === 'connected') void queryClient.invalidateQueries({ queryKey: ['/clients?limit=500'] });
  }, [status]);
  return (
    <Panel title="Connect as a person" hint="You sign in at the system; the password never passes through here">
      <div className="stack tight">
        {!attempt && (
          <div>
            <Button loading={begin.isPending} onClick={() => begin.mutate()}>
              Begin
            </Button>
          </div>
        )}
        <ErrorNote error={begin.error} />
        {attempt && status !== 'connected' && (
          <>
            <a className="strong" href={attempt.url} target="_blank" rel="noreferrer">
              Sign in at the system
            </a>
            <p className="muted small">
              It has to know this address to come back to: <code>{attempt.redirectUri}</code>
            </p>
          </>
        )}
        {status !== undefined && (
          <p role="status">
            {status === 'connected' ? 'Connected.' : (outcome.data?.message ?? 'Waits for the sign-in…')}
          </p>
        )}
      </div>
    </Panel>
  );
}
