import { startSandboxHalo, type SandboxHalo, type SandboxHaloOptions } from '../../sandbox/halo/server.ts';
import type { HaloRecord } from '../../sandbox/halo/record.ts';
import { type PlanEnd, type PlanLine, planRoute } from '../../src/engine/plan.ts';
import { fillTemplate } from '../../src/templates/fill.ts';
import { describeEngines, type Engine } from '../support/engines.ts';
import { type TestPlatform, withPlatform } from '../support/with-platform.ts';

export { describeEngines };

/** A platform with a made-up Halo beside it. */
export interface TemplateGround extends TestPlatform {
  readonly halo: SandboxHalo;
  /** Fills a template and applies what it makes. */
  readonly use: (template: string, options: object) => Promise<void>;
  /** What a run of a route would do. */
  readonly plan: (route: string, mode?: 'full' | 'incremental') => Promise<{ lines: PlanLine[]; end: PlanEnd }>;
  /** Rows of an entity of Halo, as they are stored. */
  readonly rows: (entity: string) => HaloRecord[];
  readonly put: (entity: string, row: HaloRecord) => void;
}

/** Opens both, with a client "halo" and the given documents, and always closes. */
export async function withTemplates(
  engine: Engine,
  documents: readonly object[],
  run: (ground: TemplateGround) => Promise<void>,
  options: SandboxHaloOptions = {},
): Promise<void> {
  const halo = await startSandboxHalo({ rateLimit: false, ...options });
  try {
    await withPlatform(engine, async (test) => {
      await test.apply([haloClient(halo), ...documents]);
      await run({ ...test, halo, ...helpers(test, halo) });
    });
  } finally {
    await halo.close();
  }
}

/** The same for several tests that share one platform: opens both, and says how they are closed. */
export async function openTemplates(
  engine: Engine,
  documents: readonly object[],
  options: SandboxHaloOptions = {},
): Promise<{ readonly ground: TemplateGround; readonly close: () => Promise<void> }> {
  const done = new AbortController();
  let closed = Promise.resolve();
  const ground = await new Promise<TemplateGround>((resolve, reject) => {
    const use = (opened: TemplateGround): Promise<void> => {
      resolve(opened);
      return new Promise((end) => {
        done.signal.addEventListener('abort', () => {
          end();
        });
      });
    };
    closed = withTemplates(engine, documents, use, options);
    closed.catch(reject);
  });
  return {
    ground,
    close: () => {
      done.abort();
      return closed;
    },
  };
}

function helpers(test: TestPlatform, halo: SandboxHalo): Pick<TemplateGround, 'use' | 'plan' | 'rows' | 'put'> {
  const { platform } = test;
  return {
    async use(name, options) {
      const template = platform.templates.get(name);
      if (!template) throw new Error(`There is no template "${name}"`);
      const clients = (await platform.configuration.export()).filter(({ kind }) => kind === 'client');
      const { documents } = fillTemplate(template, options, (client) => {
        const found = clients.find(({ identifier }) => identifier === client);
        return found && String(found.spec['connector']);
      });
      await test.apply(documents.map(({ document }) => document));
    },
    plan: (route, mode = 'incremental') => planOf(test, route, mode),
    rows: (entity) => [...halo.store.table(entity).rows()].map(({ record }) => record),
    put: (entity, row) => {
      halo.store.put(entity, row, Date.now());
    },
  };
}

async function planOf(
  { platform }: TestPlatform,
  id: string,
  mode: 'full' | 'incremental',
): Promise<{ lines: PlanLine[]; end: PlanEnd }> {
  const workspace = await platform.configuration.current();
  const route = workspace.routes.get(id);
  const incoming = workspace.incomings.get(route?.incoming ?? '');
  const outgoing = workspace.outgoings.get(route?.outgoing ?? '');
  if (!route || !incoming || !outgoing) throw new Error(JSON.stringify(workspace.problems));
  const signal = AbortSignal.timeout(120_000);
  const planning = planRoute(
    { route, incoming, outgoing },
    { mode },
    { ...platform.store, steps: platform.steps },
    signal,
  );
  const lines: PlanLine[] = [];
  for (;;) {
    const step = await planning.next();
    if (step.done === true) return { lines, end: step.value };
    lines.push(step.value);
  }
}

function haloClient({ url, authUrl, tenant, clientId, clientSecret }: SandboxHalo): object {
  const parameters = { baseUri: url, authUri: authUrl, tenant, clientId, clientSecret, scopes: 'all' };
  return {
    kind: 'client',
    identifier: 'halo',
    spec: {
      connector: 'haloitsm',
      authentication: 'client-credentials',
      parameters,
      limits: [{ concurrency: 8 }],
    },
  };
}

/** How often each action, or each action with its code, comes among lines. */
export function counted(lines: readonly PlanLine[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { action, code } of lines) {
    const name = code === undefined ? action : `${action} ${code}`;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}
