import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import { OWN_SCHEMA, PLANNER, QUEUE_SCHEMA } from '../database.ts';
import { type Answer, type Failure, OPENED, type Question, type Start } from './protocol.ts';

/** The thread of the embedded database: opens it, answers questions in their order, and ends when it is closed. */
async function main(port: MessagePort, start: Start): Promise<void> {
  const answer = (message: Answer): void => {
    port.postMessage(message);
  };
  try {
    const db = await open(start);
    const unlisten = new Map<string, () => Promise<void>>();
    port.on('message', (question: Question) => {
      answerOne(db, question, unlisten, port).then(answer, (error: unknown) => {
        answer({ id: question.id, failure: failureOf(error) });
      });
    });
    answer({ id: OPENED, rows: [], rowCount: 0 });
  } catch (error) {
    answer({ id: OPENED, failure: failureOf(error) });
    port.close();
  }
}

async function open({ folder }: Start): Promise<PGlite> {
  const db = await PGlite.create(folder === undefined ? {} : { dataDir: folder });
  // PGlite has one session and takes no start-up options, so the path is set here once; no table name is in both schemas.
  await db.exec(
    `CREATE SCHEMA IF NOT EXISTS ${OWN_SCHEMA}; CREATE SCHEMA IF NOT EXISTS ${QUEUE_SCHEMA}; SET search_path TO ${OWN_SCHEMA}, ${QUEUE_SCHEMA}`,
  );
  await db.exec(
    Object.entries(PLANNER)
      .map(([name, value]) => `SET ${name} TO ${value};`)
      .join(''),
  );
  return db;
}

async function answerOne(
  db: PGlite,
  question: Question,
  unlisten: Map<string, () => Promise<void>>,
  port: MessagePort,
): Promise<Answer> {
  const { id } = question;
  const done = { id, rows: [], rowCount: 0 };
  switch (question.ask) {
    case 'query':
      return { id, ...(await run(db, question.text, question.parameters)) };
    case 'listen': {
      const { channel } = question;
      const stop = await db.listen(channel, (payload) => {
        port.postMessage({ channel, payload } satisfies Answer);
      });
      unlisten.set(channel, () => stop());
      return done;
    }
    case 'unlisten':
      await unlisten.get(question.channel)?.();
      unlisten.delete(question.channel);
      return done;
    case 'close':
      await db.close();
      setImmediate(() => {
        port.close();
      });
      return done;
  }
}

async function run(
  db: PGlite,
  text: string,
  parameters: readonly unknown[],
): Promise<{ rows: readonly unknown[]; rowCount: number }> {
  if (parameters.length === 0) {
    const results = await db.exec(text);
    const last = results.at(-1);
    return { rows: last?.rows ?? [], rowCount: last?.affectedRows ?? 0 };
  }
  const { rows, affectedRows } = await db.query(text, [...parameters]);
  return { rows, rowCount: affectedRows ?? rows.length };
}

function failureOf(error: unknown): Failure {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
  const { name, message, code, detail, constraint, severity } = error as Error & Partial<Failure>;
  return {
    ...{ name, message },
    ...(code !== undefined && { code }),
    ...(detail !== undefined && { detail }),
    ...(constraint !== undefined && { constraint }),
    ...(severity !== undefined && { severity }),
  };
}

if (parentPort) await main(parentPort, workerData as Start);
