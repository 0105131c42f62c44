import { textOf, type HaloRecord, type Json } from '../../sandbox/halo/record.ts';
import { startSandboxHalo, type SandboxHalo, type SandboxHaloOptions } from '../../sandbox/halo/server.ts';

/** An answer with its body read; `json` is undefined when the body is none. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: Json | undefined;
}

/** A view as lists answer it. */
export interface View {
  readonly [key: string]: Json | HaloRecord[] | undefined;
  readonly record_count?: number;
}

/** Calls a sandbox as a signed-in client. */
export interface HaloClient {
  readonly halo: SandboxHalo;
  get(path: string): Promise<Reply>;
  post(path: string, body: Json): Promise<Reply>;
  send(method: string, path: string, body?: string): Promise<Reply>;
  /** Reads a list and gives the view. */
  list(path: string): Promise<View>;
  /** Reads a list and gives the rows under `key`. */
  rows(path: string, key: string): Promise<HaloRecord[]>;
}

/** Starts a sandbox, signs in with scope `all`, and always closes. */
export async function withHalo(
  options: SandboxHaloOptions,
  use: (client: HaloClient) => Promise<void>,
  scope = 'all',
): Promise<void> {
  const halo = await startSandboxHalo(options);
  try {
    await use(await signIn(halo, scope));
  } finally {
    await halo.close();
  }
}

/** Asks for a token with form fields over the usual ones; an empty value leaves a field out. */
export async function requestToken(
  halo: SandboxHalo,
  fields: Readonly<Record<string, string>> = {},
  { tenant = halo.tenant, headers = {} }: { tenant?: string; headers?: Readonly<Record<string, string>> } = {},
): Promise<Reply> {
  const { clientId: client_id, clientSecret: client_secret } = halo;
  const all = { grant_type: 'client_credentials', client_id, client_secret, scope: 'all', ...fields };
  const body = new URLSearchParams(Object.entries(all).filter(([, value]) => value !== ''));
  const query = tenant === '' ? '' : `?tenant=${tenant}`;
  return readReply(await fetch(`${halo.authUrl}/token${query}`, { method: 'POST', body, headers }));
}

/** A client whose token has these scopes. */
export async function signIn(halo: SandboxHalo, scope: string): Promise<HaloClient> {
  const { json } = await requestToken(halo, { scope });
  return clientOf(halo, textOf(field(json, 'access_token')));
}

/** A client that sends this token. */
export function clientOf(halo: SandboxHalo, token: string): HaloClient {
  const send = async (method: string, path: string, body?: string): Promise<Reply> => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    return readReply(
      await fetch(`${halo.url}/api${path}`, { method, headers, ...(body === undefined ? {} : { body }) }),
    );
  };
  const list = async (path: string): Promise<View> => (await send('GET', path)).json as View;
  return {
    halo,
    send,
    list,
    get: (path) => send('GET', path),
    post: (path, body) => send('POST', path, JSON.stringify(body)),
    rows: async (path, key) => (await list(path))[key] as HaloRecord[],
  };
}

/** Reads a field of a JSON object. */
export function field(json: Json | undefined, name: string): Json | undefined {
  return typeof json === 'object' && json !== null && !Array.isArray(json) ? json[name] : undefined;
}

async function readReply(response: Response): Promise<Reply> {
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: parse(text) };
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
