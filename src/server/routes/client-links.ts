import { keepLinks, linksElsewhere } from '../../engine/target-memory.ts';
import type { Api } from '../api.ts';
import { findClient, requireClient } from '../find-client.ts';
import { IDENTIFIER_PARAMS } from '../parameters.ts';
import type { Platform } from '../platform.ts';

/** What was learnt through a client: it counts for the system that is behind its address. */
export function clientLinkRoutes(api: Api, platform: Platform): void {
  api.get(
    '/clients/:id/links',
    {
      config: { permission: 'configuration:read' },
      schema: {
        tags: ['clients'],
        summary: 'What outgoings learnt at the last address of a client and does not count at the present one',
        params: IDENTIFIER_PARAMS,
      },
    },
    async ({ params: { id } }) => {
      await findClient(platform, id);
      const { outgoings } = await platform.configuration.current();
      return { elsewhere: await linksElsewhere(id, outgoings.values(), platform.store.links) };
    },
  );

  api.post(
    '/clients/:id/links/keep',
    {
      config: { permission: 'configuration:write' },
      schema: {
        tags: ['clients'],
        summary: 'Says that the system of a client is the same at another address: ids learnt at the last one count on',
        params: IDENTIFIER_PARAMS,
      },
    },
    async ({ params: { id } }) => {
      await requireClient(platform, id);
      const { outgoings } = await platform.configuration.current();
      return { kept: await keepLinks(id, outgoings.values(), platform.store.links) };
    },
  );
}
