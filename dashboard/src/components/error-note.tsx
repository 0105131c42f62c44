import { Alert } from '@mantine/core';
import { ApiError } from '../api.ts';
import { AlertIcon } from './icons.tsx';

/** What went wrong, with every place that is wrong, and the code to look up. */
export function ErrorNote({ error, title }: { readonly error: unknown; readonly title?: string }) {
  if (error === null || error === undefined) return null;
  const message = error instanceof Error ? error.message : 'Something went wrong';
  const problems = error instanceof ApiError ? error.problems : [];
  return (
    <Alert color="red" icon={<AlertIcon size={18} />} title={title ?? message} role="alert" className="error-note">
      {title !== undefined && <p>{message}</p>}
      {problems.length > 0 && (
        <ul>
          {problems.map(({ path, message: text }) => (
            <li key={`${path} ${text}`}>
              {path !== '' && <code>{path}</code>} {text}
            </li>
          ))}
        </ul>
      )}
      {error instanceof ApiError && <code className="small">{error.code}</code>}
    </Alert>
  );
}
