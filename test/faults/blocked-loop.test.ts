import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startSandboxHalo } from '../../sandbox/halo/server.ts';
import { countKeys, ticketsToAssets } from '../support/documents.ts';
import { describeEngines } from '../support/engines.ts';
import { startSluice, type SluiceProcess } from '../support/processes.ts';
import { until } from '../support/with-platform.ts';

const TICKETS = 6;

/** A step that no connector has: it holds up the event loop, once, at the ticket given. */
const STEPS = (root: string): string => `
  import { transformers } from ${JSON.stringify(pathToFileURL(path.join(root, 'dist/app/transformers.js')).href)};
  const options = { type: 'object', properties: { id: { type: 'integer', description: '.' } }, required: ['id'], additionalProperties: false };
  const step = (type, act) => transformers.set(type, { type, summary: '.', options, examples: [],
    create: ({ id }) => (record) => { if (record.key_field === 'T-' + id) act(); return [record]; } });
  let isFirst = true;
  step('block-at', () => { if (!isFirst) return; isFirst = false; const end = Date.now() + 5000; while (Date.now() < end); });`;

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'sluice-poison-'));
  writeFileSync(path.join(folder, 'steps.mjs'), STEPS(process.cwd()));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function withSteps(variables: Readonly<Record<string, string>>): Record<string, string> {
  return {
    ...variables,
    NODE_OPTIONS: `--import ${pathToFileURL(path.join(folder, 'steps.mjs')).href}`,
    SLUICE_LEASE: '1s',
  };
}

describeEngines('a record that its worker cannot stand', ['postgres'], (engine) => {
  test('one that holds up the event loop past the lease is taken over, and sent once', async () => {
    const source = await startSandboxHalo({ seed: { tickets: TICKETS }, rateLimit: false });
    const target = await startSandboxHalo({ seed: {}, rateLimit: false });
    const { variables, dispose } = await engine.create();
    const started: SluiceProcess[] = [];
    try {
      const blocking = source.store.rows('tickets')[2]?.['id'] as number;
      // Both have the step, each blocks once: whoever is second sends while the first is still held up.
      started.push(await startSluice(withSteps(variables)), await startSluice(withSteps(variables)));
      const [api] = started as [SluiceProcess];
      const documents = ticketsToAssets(source, target, { publisher: { match: [], uncertain: 'hold' } }).map(
        (document) => ({ source: 'test', document }),
      );
      const outgoing = documents.find(({ document }) => (document as { kind: string }).kind === 'outgoing');
      Object.assign((outgoing?.document as { spec: object }).spec, {
        transformers: [{ type: 'block-at', id: blocking }],
      });
      await api.request('POST', '/documents/apply', { documents });
      const run = await api.request<{ id: string }>('POST', '/incomings/tickets/runs', {});
      await until(async () => {
        const { tasks } = await api.request<{ tasks: Record<string, number> }>('GET', `/runs/${run.id}`);
        return tasks['finished'] === TICKETS;
      });
      expect(countKeys(target)).toEqual({ total: TICKETS, distinct: TICKETS });
    } finally {
      await Promise.all(started.map((each) => each.kill()));
      await Promise.all([source.close(), target.close()]);
      await dispose();
    }
  });
});
