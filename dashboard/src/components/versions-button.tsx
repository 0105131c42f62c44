import type { Kind } from '../types.ts';
import { AuditIcon } from './icons.tsx';
import { LinkButton } from './link-button.tsx';

/** Leads to what a document was before. */
export function VersionsButton({ kind, identifier }: { readonly kind: Kind; readonly identifier: string }) {
  return (
    <LinkButton
      to="/versions/$kind/$id"
      params={{ kind, id: identifier }}
      variant="default"
      leftSection={<AuditIcon size={16} />}
    >
      Versions
    </LinkButton>
  );
}
