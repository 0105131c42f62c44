import { expect, test } from '@jest/globals';
import { withApp } from '../server/with-app.ts';

const app = withApp();
const API = '/api/v1';

interface Schema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
}

interface Operation {
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema?: Schema }>> };
}

/** Objects in a schema that name their keys and let others through, by their place. */
function openObjects(schema: Schema, at: string): string[] {
  const own = schema.properties && schema.additionalProperties !== false ? [at] : [];
  const inner = [
    ...Object.entries(schema.properties ?? {}).map(([name, each]) => [each, `${at}.${name}`] as const),
    ...(schema.items ? [[schema.items, `${at}[]`] as const] : []),
    ...[...(schema.oneOf ?? []), ...(schema.anyOf ?? [])].map((each) => [each, at] as const),
    ...(typeof schema.additionalProperties === 'object' ? [[schema.additionalProperties, `${at}{}`] as const] : []),
  ];
  return [...own, ...inner.flatMap(([each, place]) => openObjects(each, place))];
}

/** Bodies of every route that takes one, by what the API says of itself. */
async function bodies(): Promise<readonly (readonly [route: string, schema: Schema])[]> {
  const { body } = await app.get(`${API}/openapi.json`);
  const paths = body['paths'] as Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).flatMap(([method, { requestBody }]) => {
      const schema = requestBody?.content['application/json']?.schema;
      return schema ? [[`${method.toUpperCase()} ${path}`, schema] as const] : [];
    }),
  );
}

test('no body, at any depth, lets a key through that its schema does not name', async () => {
  const all = await bodies();
  expect(all.length).toBeGreaterThan(40);
  expect(all.flatMap(([route, schema]) => openObjects(schema, route))).toEqual([]);
});

test.each([
  ['a user who makes himself an administrator', 'PUT', 'me/password', { role: 'administrator' }],
  [
    'a user with an id and a hash',
    'POST',
    'users',
    { name: 'eve', role: 'viewer', password: 'x'.repeat(12), id: '1', hash: 'x' },
  ],
  ['a token with a secret of its own', 'POST', 'tokens', { name: 'eve', role: 'viewer', token: 'mine', hash: 'x' }],
  ['a task with a state', 'POST', 'tasks/1/replay', { record: {}, state: 'finished', route: 'another' }],
  [
    'a document with an author and a version',
    'PUT',
    'documents/storage/eve',
    { kind: 'storage', identifier: 'eve', spec: {}, version: 7, author: 'ada' },
  ],
  ['a variable of somebody else', 'PUT', 'variables/EVE', { value: 'x', author: 'ada' }],
  [
    'a draft with a base',
    'PUT',
    'documents/storage/eve/draft',
    { kind: 'storage', identifier: 'eve', spec: {}, base: 0 },
  ],
  [
    'a bulk action of somebody else',
    'POST',
    'bulk-actions',
    { name: 'x', action: 'skip', filter: { state: 'failed', actor: 'ada' }, actor: 'ada' },
  ],
  ['a prototype', 'POST', 'tokens', '{"name":"eve","role":"viewer","__proto__":{"role":"administrator"}}'],
])('%s is refused, not taken over in part', async (_what, method, path, body) => {
  const reply = await app.send(method, `${API}/${path}`, body);
  expect(reply).toMatchObject({ status: 400, body: { code: 'ERR_REQUEST_INVALID' } });
});
