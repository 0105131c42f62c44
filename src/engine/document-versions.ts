import { diffRecords, type FieldChange } from '../core/record-diff.ts';
import type { Json } from '../core/record.ts';
import type { ConfigurationDeps } from './configuration.ts';
import { maskSecrets, openDocument, withoutSecrets } from './document-secrets.ts';
import type { Document } from './kinds.ts';

/** A version as it is stored; see the store. */
export interface StoredVersion {
  readonly version: number;
  readonly action: 'create' | 'update' | 'delete';
  readonly body: string | null;
  readonly author: string;
  readonly reason: string | null;
  readonly at: number;
}

/** A version with what it changed. */
export interface DocumentVersion extends Omit<StoredVersion, 'body'> {
  /** Without secrets; null when it was deleted. */
  readonly document: Document | null;
  /** Field by field, against the version before; a secret that changed shows as one. */
  readonly changes: readonly FieldChange[];
}

/** Reads stored versions for people. */
export function showVersion(
  { body, ...version }: StoredVersion,
  previous: StoredVersion | undefined,
  { sealer, workspace: { connectors } }: Pick<ConfigurationDeps, 'sealer' | 'workspace'>,
): DocumentVersion {
  const [now, before] = [body, previous?.body].map((each) => (each ? openDocument(each, sealer) : undefined));
  const shown = (document: Document | undefined, other?: Document): Json =>
    (document ? maskSecrets(document, connectors, other) : {}) as unknown as Json;
  return {
    ...version,
    document: now ? withoutSecrets(now, connectors) : null,
    changes: diffRecords(shown(before), shown(now, before)),
  };
}

/**
 * What is applied to bring a version back. A document that is there keeps the secrets of today: those of then may have
 * been changed for a reason. One that was deleted comes back with its own.
 */
export function documentOfVersion(
  body: string,
  isThere: boolean,
  { sealer, workspace: { connectors } }: Pick<ConfigurationDeps, 'sealer' | 'workspace'>,
): Document {
  const document = openDocument(body, sealer);
  return isThere ? withoutSecrets(document, connectors) : document;
}
