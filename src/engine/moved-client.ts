import { checkClientSpec } from '../connector/client-spec.ts';
import { readParameters } from '../connector/client-values.ts';
import { systemOf } from '../connector/system-of.ts';
import { ConfigError } from '../core/errors.ts';
import type { Document } from './kinds.ts';
import type { WorkspaceDeps } from './compile-workspace.ts';

/** What is told of a client that leads to another system than before; nothing where it does not. */
export function movedNote(document: Document, before: Document | undefined, deps: WorkspaceDeps): { note?: string } {
  if (document.kind !== 'client' || !before) return {};
  const [now, then] = [document, before].map((each) => systemBehind(each, deps));
  if (now === undefined || then === undefined || now === then) return {};
  const command = `sluice links keep ${document.identifier}`;
  return {
    note: `another address: ids that were learnt at the old one do not count here. The same system under a new address? Then: ${command}`,
  };
}

/** Undefined for a client that is not valid. */
function systemBehind({ spec }: Document, { connectors, connect }: WorkspaceDeps): string | undefined {
  const checked = checkClientSpec(connectors, spec);
  if (!('spec' in checked)) return undefined;
  try {
    const { config } = readParameters(checked.connector, checked.spec, connect.variable);
    return systemOf(checked.connector.manifest, config);
  } catch (error) {
    if (error instanceof ConfigError) return undefined;
    throw error;
  }
}
