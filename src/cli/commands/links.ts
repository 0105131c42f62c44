import type { Api } from '../api.ts';

/** `sluice links keep <client>`: what was learnt at the last address counts at the new one. */
export async function keepLinks(api: Api, client: string): Promise<string[]> {
  const { kept } = await api.request<{ kept: number }>('POST', `/clients/${encodeURIComponent(client)}/links/keep`);
  return [`${kept} ids that were learnt at the last address count on`];
}
