import { Queue, Worker } from 'bullmq';
import type { Got } from 'got';
import { Redis } from 'ioredis';
import { CALLS_AT_ONCE, mapByHand, PAGE_SIZE } from './documents.ts';
import { signIn } from './halo-client.ts';
import type { BareJob, BareReport } from './messages.ts';
import { answerParent } from './processes.ts';
import { startMeasuring } from './usage.ts';

/**
 * What somebody would write without a platform: read a page, map it, write it. Nothing is durable, nothing is tried
 * again, nobody is told what happened to a record.
 */
async function runLoop(job: BareJob, progress: (done: number) => void): Promise<BareReport> {
  const { sandbox, pagesInFlight, batchSize, queue } = job;
  const stopMeasuring = startMeasuring();
  const [source, target] = await Promise.all([signIn(sandbox.source), signIn(sandbox.target)]);
  const write = queue ? openQueue(queue, (tickets) => writeTickets(target, tickets, batchSize)) : undefined;
  const copy = async (page: number): Promise<{ rows: number; announced: number }> => {
    const { record_count: announced, tickets } = await readPage(source, page);
    await (write ? write.add(tickets) : writeTickets(target, tickets, batchSize));
    return { rows: tickets.length, announced };
  };
  const first = await copy(1);
  const pages = Math.ceil(first.announced / PAGE_SIZE);
  let received = first.rows;
  let last = 1;
  const copyRest = async (): Promise<void> => {
    while (last < pages) {
      last += 1;
      const { rows } = await copy(last);
      received += rows;
      progress(received);
    }
  };
  await Promise.all(Array.from({ length: pagesInFlight }, copyRest));
  await write?.end();
  return { ...stopMeasuring(), announced: first.announced, received };
}

type Ticket = Record<string, unknown>;

function readPage(source: Got, page: number): Promise<{ record_count: number; tickets: Ticket[] }> {
  const query = { pageinate: true, page_no: page, page_size: PAGE_SIZE, order: 'id', orderdesc: false };
  return source.get('Tickets', { searchParams: query }).json();
}

/** One call for all tickets; or one for each batch, several at a time. */
async function writeTickets(target: Got, tickets: readonly Ticket[], batchSize: number): Promise<void> {
  let next = 0;
  const writeRest = async (): Promise<void> => {
    while (next < tickets.length) {
      const batch = tickets.slice(next, next + batchSize);
      next += batchSize;
      await target.post('Asset', { json: batch.map(mapByHand) }).json();
    }
  };
  await Promise.all(Array.from({ length: Math.min(CALLS_AT_ONCE, Math.ceil(tickets.length / batchSize)) }, writeRest));
}

/** Pages as jobs of a queue, as many write it: what is durable is the page, not what became of each record. */
function openQueue(
  { redisUrl, prefix }: NonNullable<BareJob['queue']>,
  work: (tickets: readonly Ticket[]) => Promise<void>,
): { add: (tickets: readonly Ticket[]) => Promise<unknown>; end: () => Promise<void> } {
  const connection = new Redis(redisUrl, { maxRetriesPerRequest: null });
  const options = { connection, prefix };
  const queue = new Queue<Ticket[]>('bench', options);
  let open = 0;
  let whenDone = (): void => undefined;
  const worker = new Worker<Ticket[]>('bench', ({ data }) => work(data), { ...options, concurrency: 4 });
  worker.on('completed', () => {
    open -= 1;
    if (open === 0) whenDone();
  });
  return {
    add(tickets) {
      open += 1;
      return queue.add('page', [...tickets], { removeOnComplete: true });
    },
    async end() {
      if (open > 0) {
        await new Promise<void>((resolve) => {
          whenDone = resolve;
        });
      }
      await Promise.all([worker.close(), queue.close()]);
      connection.disconnect();
    },
  };
}

answerParent((job, progress) => runLoop(job as BareJob, progress));
