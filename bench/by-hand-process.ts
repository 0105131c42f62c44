import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import pg from 'pg';
import { CALLS_AT_ONCE } from './documents.ts';
import { signIn } from './halo-client.ts';
import type { HookServiceJob } from './messages.ts';
import { answerParent } from './processes.ts';

/**
 * The service that somebody careful would write without a platform: each event is a row before it is answered, a job holds
 * the row's id, a worker maps it, writes it to the target and notes that in the row. Nothing is tried again or verified,
 * nothing is limited, and no call is kept to look at.
 */
async function start(job: HookServiceJob): Promise<string> {
  const pool = new pg.Pool({ connectionString: job.databaseUrl, max: 10 });
  pool.on('error', () => undefined);
  await pool.query(
    'CREATE TABLE event (id bigserial PRIMARY KEY, key text UNIQUE, body text NOT NULL, finished_at timestamptz)',
  );
  const options = { connection: new Redis(job.redisUrl, { maxRetriesPerRequest: null }), prefix: job.prefix };
  const queue = new Queue<number>('events', options);
  const target = await signIn(job.sandbox.target);
  new Worker<number>(
    'events',
    async ({ data }) => {
      const { rows } = await pool.query<{ body: string }>('SELECT body FROM event WHERE id = $1', [data]);
      const { id, summary } = JSON.parse(rows[0]?.body ?? '{}') as { id: string; summary: string };
      await target
        .post('Asset', { json: [{ key_field: `T-${id}`, key_field2: summary, assettype_id: 1, client_id: 1 }] })
        .json();
      await pool.query('UPDATE event SET finished_at = now() WHERE id = $1', [data]);
    },
    { ...options, concurrency: CALLS_AT_ONCE },
  );
  return listen(job.secret, async (text) => {
    const { id } = JSON.parse(text) as { id: string };
    const { rows } = await pool.query<{ id: number }>(
      'INSERT INTO event (key, body) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING RETURNING id',
      [id, text],
    );
    if (rows[0]) await queue.add('event', rows[0].id, { removeOnComplete: true });
  });
}

/** Answers 200 after `take` has stored the body. */
function listen(secret: string, take: (text: string) => Promise<void>): Promise<string> {
  const server = createServer((request, response) => {
    const answer = async (): Promise<number> => {
      if (request.headers['x-key'] !== secret) return 401;
      await take(await readBody(request));
      return 200;
    };
    void answer()
      .catch(() => 500)
      .then((status) => response.writeHead(status, { 'content-type': 'application/json' }).end('{}'));
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    });
  });
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

answerParent((job) => start(job as HookServiceJob));
