import { Agent } from 'node:http';
import { got, type Got } from 'got';
import { mapByHand, PAGE_SIZE } from './documents.ts';
import type { BareJob, BareReport, HaloAccess } from './messages.ts';
import { answerParent } from './processes.ts';
import { startMeasuring } from './usage.ts';

/**
 * What somebody would write without a platform: read a page, map it, write it. Nothing is durable, nothing is tried
 * again, nobody is told what happened to a record.
 */
async function runLoop({ sandbox, pagesInFlight }: BareJob, progress: (done: number) => void): Promise<BareReport> {
  const stopMeasuring = startMeasuring();
  const [source, target] = await Promise.all([signIn(sandbox.source), signIn(sandbox.target)]);
  const first = await copyPage(source, target, 1);
  const pages = Math.ceil(first.announced / PAGE_SIZE);
  let received = first.rows;
  let last = 1;
  const copyRest = async (): Promise<void> => {
    while (last < pages) {
      last += 1;
      const { rows } = await copyPage(source, target, last);
      received += rows;
      progress(received);
    }
  };
  await Promise.all(Array.from({ length: pagesInFlight }, copyRest));
  return { ...stopMeasuring(), announced: first.announced, received };
}

async function copyPage(source: Got, target: Got, page: number): Promise<{ rows: number; announced: number }> {
  const query = { pageinate: true, page_no: page, page_size: PAGE_SIZE, order: 'id', orderdesc: false };
  const answer = await source
    .get('Tickets', { searchParams: query })
    .json<{ record_count: number; tickets: Record<string, unknown>[] }>();
  await target.post('Asset', { json: answer.tickets.map(mapByHand) }).json();
  return { rows: answer.tickets.length, announced: answer.record_count };
}

/** A client that keeps its connections. */
async function signIn({ url, authUrl, clientId, clientSecret }: HaloAccess): Promise<Got> {
  const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret, scope: 'all' };
  const { access_token: token } = await got.post(`${authUrl}/token`, { form }).json<{ access_token: string }>();
  return got.extend({
    prefixUrl: `${url}/api`,
    agent: { http: new Agent({ keepAlive: true }) },
    headers: { authorization: `Bearer ${token}` },
    retry: { limit: 0 },
  });
}

answerParent((job, progress) => runLoop(job as BareJob, progress));
