import { documentLink } from '../lib/links.ts';
import { Link } from '../lib/router.tsx';
import type { Kind, Overview } from '../types.ts';

interface DocumentNameProps {
  readonly document: Pick<Overview, 'identifier' | 'name' | 'disabled' | 'state'>;
  readonly kind: Kind;
}

/** A document's name in a list, leading to it; with whether it is switched off, or cannot work as it is. */
export function DocumentName({ kind, document: { identifier, name, disabled, state } }: DocumentNameProps) {
  const [problem] = state.problems;
  return (
    <span className="row">
      <Link className="strong" {...documentLink(kind, identifier)}>
        {name ?? identifier}
      </Link>
      {disabled === true && <span className="badge quiet plain">off</span>}
      {problem && (
        <span className="badge bad" title={problem.message}>
          Not valid
        </span>
      )}
    </span>
  );
}
