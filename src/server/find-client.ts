import type { ConnectedClient } from '../connector/connect.ts';
import type { Problem } from '../core/validation.ts';
import type { Platform } from './platform.ts';
import { RequestError } from './request-error.ts';
import { findDocument } from './stored-documents.ts';

/** The client, or what is wrong with its document. */
export async function findClient(
  { configuration }: Platform,
  id: string,
): Promise<{ client: ConnectedClient | undefined; problems: readonly Problem[] }> {
  const { clients, problems } = await configuration.current();
  const client = clients.get(id);
  if (!client) await findDocument(configuration, 'client', id);
  const own = problems.find((each) => each.kind === 'client' && each.identifier === id);
  return { client, problems: own?.problems ?? [] };
}

/**
 * The client, or why there is none.
 *
 * @throws RequestError ERR_NOT_FOUND, ERR_CLIENT_INVALID
 */
export async function requireClient(platform: Platform, id: string): Promise<ConnectedClient> {
  const { client, problems } = await findClient(platform, id);
  if (client) return client;
  throw new RequestError(400, 'ERR_CLIENT_INVALID', `The client "${id}" is not valid: ${linesOf(problems)}`, {
    problems,
  });
}

/** Problems on one line. */
export function linesOf(problems: readonly Problem[]): string {
  return problems.map(({ path, message }) => `${path}: ${message}`).join('; ');
}
