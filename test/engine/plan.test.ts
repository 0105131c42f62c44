import { expect, test } from '@jest/globals';
import { type PlanEnd, type PlanLine, planRoute } from '../../src/engine/plan.ts';
import { type AssetsSystem, devicesToAssets, withAssetsSystem } from '../support/assets-system.ts';
import { describeEngines } from '../support/engines.ts';
import { type TestPlatform, withPlatformOn } from '../support/with-platform.ts';

const PUBLISHER = {
  skipUnchanged: true,
  match: [
    { fields: ['mac'], normalise: ['mac'], exclude: { values: ['02:00:00:00:00:01'] } },
    { fields: ['serial'], scope: ['client_id'], normalise: ['trim', 'case'], exclude: { placeholders: true } },
  ],
  fieldRules: { owner: 'when-empty' },
  defaults: { type: 'laptop' },
  deleted: 'update',
  deletedFields: { inactive: true },
};

async function plan({ platform }: TestPlatform, mode: 'full' | 'incremental' = 'incremental', limit?: number) {
  const workspace = await platform.configuration.current();
  const route = workspace.routes.get('devices-to-assets');
  const incoming = workspace.incomings.get('devices');
  const outgoing = workspace.outgoings.get('assets');
  if (!route || !incoming || !outgoing) throw new Error(JSON.stringify(workspace.problems));
  const lines: PlanLine[] = [];
  const planning = planRoute(
    { route, incoming, outgoing },
    { mode, limit },
    { ...platform.store, steps: platform.steps },
    AbortSignal.timeout(20_000),
  );
  for (;;) {
    const step = await planning.next();
    if (step.done === true) return { lines, end: step.value satisfies PlanEnd };
    lines.push(step.value);
  }
}

/** What became of each record, told in the words of a plan: by its task and by what the target has. */
async function happened(
  { platform }: TestPlatform,
  run: number,
  before: ReadonlyMap<number, unknown>,
  after: AssetsSystem,
) {
  const tasks = await platform.store.tasks.list({ run, limit: 500 });
  return new Map(
    tasks.map((task): [string, string] => {
      const { code } = JSON.parse(task.error ?? '{}') as { code?: string };
      if (task.state === 'failed') return [task.key, `fail ${code ?? ''}`];
      if (task.state === 'skipped') return [task.key, `skip ${code ?? ''}`];
      if (code === 'UNCHANGED') return [task.key, 'unchanged'];
      const id = Number(task.targetId);
      if (!before.has(id)) return [task.key, after.assets.has(id) ? 'create' : 'unknown'];
      return [task.key, after.assets.has(id) ? 'update' : 'delete'];
    }),
  );
}

function said({ action, code }: PlanLine): string {
  return action === 'fail' || action === 'skip' ? `${action} ${code ?? ''}` : action;
}

describeEngines('a plan', ['embedded'], (engine) => {
  test('says line by line what the run after it does', async () => {
    const environment = await engine.create();
    try {
      await withAssetsSystem(async (system, url, folder) => {
        const variables = { ...environment.variables, SLUICE_CONNECTORS: folder };
        const same = system.put({ name: 'same', serial: 'S-1', client_id: 1, owner: 'ann', mac: null });
        const changed = system.put({ name: 'old name', serial: 's-2 ', client_id: 1, owner: 'bob' });
        const moved = system.put({ name: 'by mac', serial: 'other', client_id: 9, mac: 'AA-BB-CC-00-11-22' });
        for (const client of [1, 2]) system.put({ name: `twin of ${client}`, serial: 'S-5', client_id: client });
        for (const name of ['a', 'b']) system.put({ name, serial: 'S-6', client_id: 1 });
        system.put({ name: 'no serial', serial: 'To be filled by O.E.M.', client_id: 1 });
        system.devices = [
          { id: 1, name: 'same', serial: 'S-1', client: 1, owner: 'someone else' },
          { id: 2, name: 'new name', serial: 'S-2', client: 1, owner: 'someone else' },
          { id: 3, name: 'by mac', serial: 'S-3', client: 1, mac: 'aabb.cc00.1122' },
          { id: 4, name: 'new', serial: 'S-4', client: 1, owner: 'eve' },
          { id: 5, name: 'of client 2', serial: 'S-5', client: 2 },
          { id: 6, name: 'several', serial: 'S-6', client: 1 },
          { id: 7, name: 'placeholder', serial: 'to be filled by o.e.m.', client: 1 },
          { id: 8, name: 'another placeholder', serial: '00000000', client: 1, mac: '02-00-00-00-00-01' },
          { id: 9, name: 'new too', serial: 's-4', client: 1 },
          { id: 10, name: { not: 'a text' }, serial: null, client: 1 },
        ];
        await withPlatformOn({ variables } as never, async (sluice) => {
          await sluice.apply(devicesToAssets(url, { publisher: PUBLISHER, incoming: { deletions: { ceiling: 3 } } }));

          const { lines, end } = await plan(sluice);
          expect(system.writes).toEqual([]);
          expect((await sluice.platform.store.tasks.list({ limit: 10 })).length).toBe(0);
          const before = new Map(system.assets);
          const run = await sluice.start('devices');
          await sluice.end(run);
          const done = await happened(sluice, run, before, system);

          expect(new Map(lines.map((line) => [line.key, said(line)]))).toEqual(
            // The second record of one serial is an update of what the first one created.
            new Map([...done].map(([key, what]) => [key, key === '9' ? 'update' : what])),
          );
          expect(Object.fromEntries(lines.map((line) => [line.key, said(line)]))).toMatchObject({
            1: 'unchanged',
            2: 'update',
            3: 'update',
            4: 'create',
            5: 'update',
            6: 'fail ERR_MATCH_AMBIGUOUS',
            7: 'create',
            8: 'create',
            9: 'update',
          });
          expect(lines.find(({ key }) => key === '2')).toMatchObject({
            targetId: String(changed),
            matchedBy: 'serial and client_id',
            changes: [
              { field: 'name', from: 'old name', to: 'new name' },
              { field: 'serial', from: 's-2 ', to: 'S-2' },
            ],
          });
          expect(lines.find(({ key }) => key === '4')?.record).toMatchObject({ name: 'new', type: 'laptop' });
          expect(end.isComplete).toBe(true);
          expect(Object.values(end.totals).reduce((sum, count) => sum + count, 0)).toBe(lines.length);
          expect(system.assets.get(same)).toMatchObject({ owner: 'ann' });
          expect(system.assets.get(changed)).toMatchObject({ name: 'new name', owner: 'bob' });
          expect(system.assets.get(moved)).toMatchObject({ serial: 'S-3', client_id: 1 });

          // Two are gone in the source; what stayed as it was is known.
          system.devices = system.devices.filter(({ id }) => id !== 2 && id !== 7);
          const second = await plan(sluice);
          const actions = second.lines.filter(({ action }) => action !== 'unchanged');
          expect(actions.map(({ key, action, changes }) => ({ key, action, changes }))).toEqual(
            ['2', '7'].map((key) => ({
              key,
              action: 'update',
              changes: [{ field: 'inactive', from: null, to: true }],
            })),
          );
          const next = await sluice.run('devices');
          expect(next.tasks).toMatchObject({ finished: 2 });
          expect(system.assets.get(changed)).toMatchObject({ inactive: true, name: 'new name' });
        });
      });
    } finally {
      await environment.dispose();
    }
  });
});
