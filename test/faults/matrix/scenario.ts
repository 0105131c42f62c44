import { type Lab, startLab } from '../../support/lab/lab.ts';
import { documentsOf, type ScenarioChanges } from './documents.ts';
import { CANARIES, type MatrixPlatform } from './platform.ts';

export type { ScenarioChanges } from './documents.ts';

/** A run as the API tells it. */
export interface RunAnswer {
  readonly id: string;
  readonly status: string;
  readonly announced: number | null;
  readonly received: number;
  readonly new: number;
  readonly startedAt: string;
  readonly error?: { readonly code: string; readonly class: string; readonly message: string };
  readonly tasks: Readonly<Record<string, number>>;
}

/** A task as the API tells it. */
export interface TaskAnswer {
  readonly id: string;
  readonly key: string;
  readonly run: string;
  readonly state: string;
  readonly attempts: number;
  readonly createdAt: string;
  readonly error?: { readonly code: string; readonly class: string; readonly message: string };
}

/** Longest time until everything is at rest after a fault is over. */
export const REST_MS = 240_000;

/** One source, one target and the route between them, on a platform that other scenarios share. */
export class Scenario {
  readonly name: string;
  readonly lab: Lab;
  readonly platform: MatrixPlatform;
  readonly changes: ScenarioChanges;

  constructor(name: string, lab: Lab, platform: MatrixPlatform, changes: ScenarioChanges) {
    this.name = name;
    this.lab = lab;
    this.platform = platform;
    this.changes = changes;
  }

  get hasMatch(): boolean {
    return !(this.changes.publisher && 'match' in this.changes.publisher);
  }

  documents(): readonly object[] {
    return documentsOf(this.name, this.lab, this.changes);
  }

  async apply(documents: readonly object[] = this.documents()): Promise<void> {
    const body = { documents: documents.map((document) => ({ source: 'test', document })) };
    await this.platform.request('POST', '/documents/apply', body);
  }

  /** Starts a run; answers its id. */
  async start(mode: 'full' | 'incremental' = 'incremental'): Promise<string> {
    const { id } = await this.platform.request<RunAnswer>('POST', `/incomings/${this.name}/runs`, { mode });
    return id;
  }

  run(id: string): Promise<RunAnswer> {
    return this.platform.request('GET', `/runs/${id}`);
  }

  /** Waits until a run is over and its tasks are at rest. */
  async end(id: string, withinMs = REST_MS): Promise<RunAnswer> {
    let last: RunAnswer | undefined;
    await eventually(
      () => `run ${id} of ${this.name} is at rest; it is ${JSON.stringify(last)}`,
      withinMs,
      async () => {
        last = await this.run(id);
        return last.status !== 'running' && openOf(last.tasks) === 0;
      },
    );
    return last as RunAnswer;
  }

  /** Runs to the end. */
  async sync(mode: 'full' | 'incremental' = 'incremental'): Promise<RunAnswer> {
    return this.end(await this.start(mode));
  }

  tasks(query = ''): Promise<TaskAnswer[]> {
    return allOf<TaskAnswer>(this.platform, `/tasks?incoming=${this.name}${query}`);
  }

  runs(): Promise<RunAnswer[]> {
    return allOf<RunAnswer>(this.platform, `/runs?incoming=${this.name}`);
  }
}

/** Opens a lab and a scenario, runs `use`, and closes the lab. */
export async function withScenario(
  platform: MatrixPlatform,
  name: string,
  use: (scenario: Scenario) => Promise<void>,
  changes: ScenarioChanges = {},
): Promise<void> {
  const lab = await startLab(CANARIES.key);
  try {
    const scenario = new Scenario(name, lab, platform, changes);
    await scenario.apply();
    await use(scenario);
  } finally {
    await lab.close();
  }
}

function openOf(tasks: Readonly<Record<string, number>>): number {
  return (tasks['new'] ?? 0) + (tasks['processing'] ?? 0) + (tasks['retrying'] ?? 0);
}

/** All items of a list. */
export async function allOf<T>(platform: MatrixPlatform, route: string): Promise<T[]> {
  const items: T[] = [];
  const glue = route.includes('?') ? '&' : '?';
  for (let cursor = ''; ;) {
    const answer = await platform.request<{ items: T[]; nextCursor: string | null }>(
      'GET',
      `${route}${glue}limit=500${cursor}`,
    );
    items.push(...answer.items);
    if (answer.nextCursor === null) return items;
    cursor = `&cursor=${encodeURIComponent(answer.nextCursor)}`;
  }
}

/** Asks again until something holds; what is thrown meanwhile counts as not holding. */
export async function eventually(
  what: string | (() => string),
  withinMs: number,
  holds: () => boolean | Promise<boolean>,
): Promise<void> {
  const deadline = Date.now() + withinMs;
  let last: unknown;
  for (;;) {
    try {
      if (await holds()) return;
    } catch (error) {
      last = error;
    }
    if (Date.now() > deadline) {
      const told = typeof what === 'string' ? what : what();
      throw new Error(`After ${withinMs / 1000} s it did not hold: ${told}`, { cause: last });
    }
    await pause(50);
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
