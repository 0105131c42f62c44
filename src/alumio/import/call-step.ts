import { isObject } from '../../core/record.ts';
import { readAddress } from './address.ts';
import { shown } from './leftovers.ts';
import type { Parameters } from './read-export.ts';
import { saysNothing } from './translate-part.ts';
import type { Step, TranslateContext } from './translate-steps.ts';
import { Untranslatable } from './untranslatable.ts';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
/** What a request may say and is known here. */
const KNOWN = ['uri', 'method', 'payload', 'payloadType'];

/** A step that makes a call of an export. Throws Untranslatable. */
export function callStep(
  { client, request }: Parameters,
  context: Pick<TranslateContext, 'calls' | 'approximate'>,
  usual: string,
): Step {
  const given = isObject(request) ? request : {};
  const { uri, method, payload } = given;
  const verb = typeof method === 'string' && method !== '' ? method.toUpperCase() : usual;
  if (!METHODS.includes(verb)) throw new Untranslatable(`calls with the method "${verb}" are not made here`);
  const address = readAddress(uri);
  const inQuery = verb === 'GET' && isObject(payload) ? payload : {};
  const query = { ...address.query, ...inQuery };
  const place = context.calls.step(client, verb, { ...address, query: query as Record<string, string> });
  if (address.origin !== undefined) {
    context.approximate(`the call to ${address.origin} is made by the client "${place.client}"`);
  }
  noteUnknown(given, context);
  return {
    ...{ type: 'alumio-http', ...place },
    ...(Object.keys(address.pathValues).length > 0 && { path: address.pathValues }),
    ...(Object.keys(query).length > 0 && { query }),
    ...(verb !== 'GET' && !saysNothing(payload) && { body: payload }),
  };
}

function noteUnknown(request: Parameters, { approximate }: Pick<TranslateContext, 'approximate'>): void {
  for (const [name, value] of Object.entries(request)) {
    if (KNOWN.includes(name) || saysNothing(value)) continue;
    if (name === 'serializer' && isObject(value) && value['prototype'] === 'json') continue;
    approximate(`"${name}" of the request was ignored: ${shown({ [name]: value })}`);
  }
}
