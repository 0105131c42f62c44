import { Button } from '@mantine/core';
import { Link } from '../lib/router.tsx';
import type { Kind } from '../types.ts';
import { AuditIcon } from './icons.tsx';

/** Leads to what a document was before. */
export function VersionsButton({ kind, identifier }: { readonly kind: Kind; readonly identifier: string }) {
  return (
    <Button
      component={Link}
      href={`/versions/${kind}/${encodeURIComponent(identifier)}`}
      variant="default"
      leftSection={<AuditIcon size={16} />}
    >
      Versions
    </Button>
  );
}
