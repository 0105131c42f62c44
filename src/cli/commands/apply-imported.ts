import type { Submitted } from '../../engine/check-envelopes.ts';
import { type Api, ApiError } from '../api.ts';
import { apply } from './apply.ts';

/**
 * Applies what an import made. Clients whose variables are not set yet, and what needs them, wait for a second time; the
 * rest is applied all or none.
 */
export async function applyImported(api: Api, documents: readonly Submitted[]): Promise<string[]> {
  try {
    return await apply(api, documents, { dryRun: false });
  } catch (error) {
    const missing = error instanceof ApiError ? missingVariables(error.message) : new Map<string, string>();
    if (missing.size === 0) throw error;
    const waiting = needing(documents, new Set([...missing.keys()].map((client) => `client/${client}`)));
    const ready = documents.filter((each) => !waiting.has(nameOf(each)));
    const lines = ready.length > 0 ? await apply(api, ready, { dryRun: false }) : [];
    const names = [...new Set(missing.values())].sort().join(', ');
    return [
      ...lines,
      `${documents.length - ready.length} documents wait for variables: set ${names} (sluice variable set), then import once more`,
    ];
  }
}

/** Variables that clients lack, by the client. */
function missingVariables(message: string): Map<string, string> {
  const found = message.matchAll(/\(client "([^"]+)"\): spec: The variable (\w+) is named in a client but is not set/g);
  return new Map([...found].map(([, client = '', variable = '']) => [client, variable]));
}

const NEEDS: Readonly<Record<string, string>> = {
  client: 'client',
  use: 'transformer',
  incoming: 'incoming',
  outgoing: 'outgoing',
};

/** The documents named, and all that need one of them. */
function needing(documents: readonly Submitted[], first: ReadonlySet<string>): ReadonlySet<string> {
  const found = new Set(first);
  for (let before = -1; before !== found.size;) {
    before = found.size;
    for (const each of documents) if (needsOf(each.document).some((need) => found.has(need))) found.add(nameOf(each));
  }
  return found;
}

function needsOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]: [string, unknown]) =>
    typeof item === 'string' && Object.hasOwn(NEEDS, key) ? [`${NEEDS[key] ?? ''}/${item}`] : needsOf(item),
  );
}

function nameOf({ document }: Submitted): string {
  const { kind, identifier } = document as { kind: string; identifier: string };
  return `${kind}/${identifier}`;
}
