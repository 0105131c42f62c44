import { Button, Loader } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { api } from '../../api.ts';
import { ErrorNote } from '../../components/error-note.tsx';
import { CheckIcon, CrossIcon, RefreshIcon } from '../../components/icons.tsx';
import { Panel } from '../../components/page.tsx';
import { Link } from '../../lib/router.tsx';
import { duration } from '../../lib/time.ts';
import type { CheckStep } from '../../types.ts';

const TITLES: Readonly<Record<string, string>> = {
  address: 'The address answers',
  tls: 'The connection is encrypted',
  tenant: 'The tenant is known',
  token: 'The sign-in is accepted',
  scope: 'The token may be used',
  'first-read': 'A first read works',
};

interface TestConnectionProps {
  readonly client: string;
  readonly startNow: boolean;
  /** Hears whether all of it works. */
  readonly onResult: (isGood: boolean) => void;
}

/** Tests a connection as a checklist: what fails says how it is mended. */
export function TestConnection({ client, startNow, onResult }: TestConnectionProps) {
  const queries = useQueryClient();
  const test = useMutation({
    mutationFn: () => api<{ ok: boolean; steps: CheckStep[] }>('POST', `/clients/${encodeURIComponent(client)}/test`),
    onSuccess: ({ ok }) => onResult(ok),
    // A test signs in, calls, and learns whether the system answers: what stands beside it is another now.
    onSettled: () => queries.invalidateQueries(),
  });
  const isStarted = useRef(false);
  useEffect(() => {
    if (!startNow || isStarted.current) return;
    isStarted.current = true;
    test.mutate();
  });
  const steps = test.data?.steps;
  return (
    <Panel
      title="Test"
      hint={
        test.data
          ? test.data.ok
            ? 'Everything works'
            : 'Something has to be mended'
          : 'Goes through the connection step by step'
      }
      actions={
        <Button
          variant={steps ? 'default' : 'filled'}
          leftSection={<RefreshIcon size={16} />}
          loading={test.isPending}
          onClick={() => test.mutate()}
        >
          {steps ? 'Test again' : 'Test connection'}
        </Button>
      }
    >
      <ErrorNote error={test.error} />
      {test.isPending && (
        <div className="row muted" role="status">
          <Loader size="sm" /> Testing…
        </div>
      )}
      {!test.isPending && steps && (
        <>
          <ol className="checklist">
            {steps.map((step) => (
              <Check key={step.step} {...step} />
            ))}
          </ol>
          {test.data?.ok === false && (
            <Link
              to="/clients/$id"
              params={{ id: client }}
              search={(given) => ({ ...given, tab: 'settings', test: undefined })}
            >
              Change the settings
            </Link>
          )}
        </>
      )}
      {!test.isPending && !steps && !test.error && (
        <p className="muted small">Address, encryption, tenant, sign-in, permissions, and a first read.</p>
      )}
    </Panel>
  );
}

function Check({ step, status, message, hint, durationMs }: CheckStep) {
  return (
    <li>
      <span className={`dot ${status}`}>
        {status === 'passed' && <CheckIcon size={14} aria-hidden />}
        {status === 'failed' && <CrossIcon size={14} aria-hidden />}
        {status === 'skipped' && '–'}
      </span>
      <div>
        <div className="strong">
          {TITLES[step] ?? step} <span className="visually-hidden">: {status}</span>
        </div>
        <div className="muted small">{message}</div>
        {hint !== undefined && <div className="fix">{hint}</div>}
      </div>
      <span className="muted small">{durationMs > 0 ? duration(durationMs) : ''}</span>
    </li>
  );
}
