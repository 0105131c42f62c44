import type { Incident, IncidentState } from '../../core/incident.ts';
import type { Api } from '../api.ts';
import type { CountingPlatform } from '../task-counts.ts';
import { VERSION } from '../version.ts';

/** More runs at a time than anybody has incomings. */
const MOST_RUNS = 10_000;

/** `/metrics` in the text format of Prometheus. */
export function metricsRoutes(api: Api, { store, disk, countTasks }: CountingPlatform): void {
  api.get(
    '/metrics',
    {
      config: { permission: 'status:read' },
      schema: { tags: ['health'], summary: 'Numbers for monitoring, as Prometheus reads them' },
    },
    async (_request, reply) => {
      const tasks = await countTasks();
      const runs = await store.runs.list({ status: 'running', limit: MOST_RUNS });
      return reply
        .type('text/plain; version=0.0.4; charset=utf-8')
        .serializer(String)
        .send(
          [
            ...metricsLines(tasks, runs.length),
            ...incidentLines(await store.incidents.open()),
            ...metric('sluice_disk_low', 'Whether reading rests for want of space.', [['', disk.isLow() ? 1 : 0]]),
            ...metric('sluice_disk_free_bytes', 'Space where the data folder is.', freeBytes(disk.freeBytes())),
            '',
          ].join('\n'),
        );
    },
  );
}

function metricsLines(tasks: Readonly<Record<string, number>>, runs: number): string[] {
  const { rss, heapUsed } = process.memoryUsage();
  return [
    ...metric('sluice_info', 'Version of Sluice.', [[`{version="${VERSION}"}`, 1]]),
    ...metric(
      'sluice_tasks',
      'Tasks by state.',
      Object.entries(tasks).map(([state, count]) => [`{state="${state}"}`, count]),
    ),
    ...metric('sluice_runs_running', 'Runs that are going on.', [['', runs]]),
    ...metric('process_resident_memory_bytes', 'Memory of the process.', [['', rss]]),
    ...metric('nodejs_heap_size_used_bytes', 'Memory used by JavaScript objects.', [['', heapUsed]]),
    ...metric('process_uptime_seconds', 'Time since the process started.', [['', Math.round(process.uptime())]]),
  ];
}

/** By state only: names of clients are the configuration's business. */
function incidentLines(open: readonly Incident[]): string[] {
  const states: readonly IncidentState[] = ['broken', 'away', 'recovering', 'low-disk'];
  return metric(
    'sluice_incidents',
    'Incidents that are open, by state.',
    states.map((state) => [`{state="${state}"}`, open.filter((each) => each.state === state).length]),
  );
}

function freeBytes(bytes: number | undefined): [string, number][] {
  return bytes === undefined ? [] : [['', bytes]];
}

function metric(name: string, help: string, values: readonly (readonly [string, number])[]): string[] {
  return [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} gauge`,
    ...values.map(([labels, value]) => `${name}${labels} ${value}`),
  ];
}
