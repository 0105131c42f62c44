import type { Translator } from '../translate-steps.ts';
import { Untranslatable } from '../untranslatable.ts';

/** A GraphQL call, whose answer takes the place of the entity. */
export const translate: Translator = ({ client, request }) => {
  const { uri = '' } = (request ?? {}) as { readonly uri?: unknown };
  throw new Untranslatable(
    `calls inside chains are not translated: client "${String(client)}", GraphQL at ${String(uri)}; write the call as a step, or let the publisher of an outgoing make it`,
  );
};
