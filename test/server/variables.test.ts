import { beforeAll, expect, test } from '@jest/globals';
import { CANARY, haloClient, withApp } from './with-app.ts';

const app = withApp();
const API = '/api/v1';

beforeAll(async () => {
  await app.send('PUT', `${API}/variables/STORED_SECRET`, { value: CANARY, reason: 'For the sandbox' });
  await app.send('PUT', `${API}/variables/PLACE`, { value: app.halo.url, isSecret: false });
});

test('a client reads what is kept here, and a change counts at once', async () => {
  const client = haloClient(app, 'kept', { baseUri: '${PLACE}', clientSecret: '${STORED_SECRET}' });
  await app.apply(client);
  expect((await app.post(`${API}/clients/kept/test`, {})).body).toMatchObject({ ok: true });
  await app.send('PUT', `${API}/variables/STORED_SECRET`, { value: 'another' });
  expect((await app.post(`${API}/clients/kept/test`, {})).body).toMatchObject({ ok: false });
  await app.send('PUT', `${API}/variables/STORED_SECRET`, { value: CANARY });
  expect((await app.post(`${API}/clients/kept/test`, {})).body).toMatchObject({ ok: true });
});

test('secrets are listed without their value, and stand in no trail', async () => {
  const { body } = await app.get(`${API}/variables`);
  expect(body['items']).toMatchObject([
    { name: 'PLACE', value: app.halo.url, isSecret: false },
    { name: 'STORED_SECRET', value: null, isSecret: true },
  ]);
  const trail = await app.get(`${API}/audit?action=variable.set`);
  expect(trail.body['items']).toContainEqual(
    expect.objectContaining({ subject: 'variable/STORED_SECRET', reason: 'For the sandbox' }),
  );
  expect(trail.text).not.toContain(CANARY);
});

test('the environment counts before what is kept here', async () => {
  await app.send('PUT', `${API}/variables/HALO_SECRET`, { value: 'wrong' });
  await app.apply(haloClient(app, 'outside', { clientSecret: '${HALO_SECRET}' }));
  expect((await app.post(`${API}/clients/outside/test`, {})).body).toMatchObject({ ok: true });
  const { body } = await app.get(`${API}/variables`);
  expect(body['items']).toContainEqual(expect.objectContaining({ name: 'HALO_SECRET', isOverridden: true }));
});

test('what belongs to the server, and what is no name, cannot be set', async () => {
  for (const name of ['SLUICE_KEY', 'DATABASE_URL', 'PATH', 'a-b', '__proto__.x']) {
    const { status } = await app.send('PUT', `${API}/variables/${name}`, { value: 'x' });
    expect({ name, status }).toEqual({ name, status: 400 });
  }
});

test('a variable that is named and gone is told where it is missed', async () => {
  await app.send('PUT', `${API}/variables/BRIEF`, { value: app.halo.url, isSecret: false });
  await app.apply(haloClient(app, 'brief', { baseUri: '${BRIEF}' }));
  expect((await app.send('DELETE', `${API}/variables/BRIEF`)).status).toBe(204);
  expect((await app.send('DELETE', `${API}/variables/BRIEF`)).status).toBe(404);
  const { body } = await app.get(`${API}/clients?limit=500`);
  const items = body['items'] as { identifier: string; state: { problems: { message: string }[] } }[];
  const problems = items.find(({ identifier }) => identifier === 'brief')?.state.problems ?? [];
  expect(problems.map(({ message }) => message).join()).toContain('BRIEF');
});
