import { Alert } from '@mantine/core';
import { AlertIcon } from '../../components/icons.tsx';
import { documentLink } from '../../lib/links.ts';
import { Link } from '../../lib/router.tsx';
import { useStatus } from '../../queries.ts';

/** Documents that cannot work as they are. */
export function Problems() {
  const problems = useStatus().data?.configuration.problems ?? [];
  if (problems.length === 0) return null;
  return (
    <Alert color="orange" icon={<AlertIcon size={18} />} title="Some documents cannot work as they are">
      <ul className="plain">
        {problems.map(({ kind, identifier, problems: found }) => (
          <li key={`${kind} ${identifier}`}>
            <Link {...documentLink(kind, identifier)}>{identifier}</Link> ({kind}):{' '}
            {found.map(({ message }) => message).join('; ')}
          </li>
        ))}
      </ul>
    </Alert>
  );
}
