import type { Translator } from '../translate-steps.ts';
import { Untranslatable } from '../untranslatable.ts';

/** A call, whose answer takes the place of the entity. */
export const translate: Translator = ({ client, request }) => {
  const { uri = '' } = (request ?? {}) as { readonly uri?: unknown };
  throw new Untranslatable(
    `calls inside chains are not translated: client "${String(client)}", ${String(uri)}; write the call as a step http-call, or let the publisher of an outgoing make it`,
  );
};
