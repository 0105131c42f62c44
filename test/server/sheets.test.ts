import { beforeAll, describe, expect, test } from '@jest/globals';
import { createXlsxWriter } from '../../src/files/xlsx/xlsx-writer.ts';
import { until } from '../support/with-platform.ts';
import { haloClient, type Reply, withApp } from './with-app.ts';

const app = withApp();
const API = '/api/v1';

beforeAll(async () => {
  await app.apply(haloClient(app));
});

async function upload(path: string, file: string | Uint8Array): Promise<Reply> {
  const { port } = app.app.server.address() as { port: number };
  const answer = await fetch(`http://127.0.0.1:${port}${API}${path}`, {
    method: 'POST',
    headers: { authorization: 'Bearer token-of-the-administrator', 'content-type': 'application/octet-stream' },
    body: file,
  });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, text, body: JSON.parse(text) as Record<string, unknown> };
}

const COLUMNS = { 'Ticket ID': 'id', Summary: 'summary', 'Status Id': 'status_id' };

async function makeSheet(identifier: string, rest: object = {}): Promise<void> {
  const body = { identifier, client: 'halo', entity: 'tickets', columns: COLUMNS, key: 'id', ...rest };
  expect(await app.post(`${API}/sheets`, body)).toMatchObject({ status: 201, body: { identifier } });
}

async function uploadTo(identifier: string, name: string, file: string | Uint8Array): Promise<string> {
  const { body } = await upload(`/incomings/${identifier}/files?name=${name}`, file);
  return String(body['id']);
}

/** Runs what waits, until all rows are at rest. */
async function runSheet(identifier: string): Promise<Record<string, number>> {
  const { body } = await app.post(`${API}/incomings/${identifier}/runs`, { mode: 'full' });
  let tasks: Record<string, number> = {};
  await until(async () => {
    const run = (await app.get(`${API}/runs/${String(body['id'])}`)).body;
    tasks = run['tasks'] as Record<string, number>;
    const open = ['new', 'processing', 'retrying'].reduce((sum, state) => sum + (tasks[state] ?? 0), 0);
    return run['status'] !== 'running' && open === 0;
  });
  return tasks;
}

async function resultOf(identifier: string, file: string, format = 'csv'): Promise<string[]> {
  const { text } = await app.get(`${API}/incomings/${identifier}/files/${file}/result?format=${format}`);
  return text.replace('\uFEFF', '').trimEnd().split('\r\n');
}

function ids(count: number): number[] {
  return app.halo.store
    .rows('tickets')
    .slice(0, count)
    .map(({ id }) => Number(id));
}

describe('the columns of a file', () => {
  test('are told with samples and the fields that they seem to be', async () => {
    const file = 'Ticket ID;Summary;Status Id;$CFroom;Remark\r\n7;Printer;2;12b;x\r\n';
    const reply = await upload('/sheets/inspect?name=a.csv&client=halo&entity=tickets', file);
    expect(reply).toMatchObject({ status: 200, body: { key: 'id' } });
    expect(reply.body['columns']).toEqual([
      { name: 'Ticket ID', samples: ['7'], field: 'id' },
      { name: 'Summary', samples: ['Printer'], field: 'summary' },
      { name: 'Status Id', samples: ['2'], field: 'status_id' },
      { name: '$CFroom', samples: ['12b'], field: '$CFroom' },
      { name: 'Remark', samples: ['x'] },
    ]);
    const other = await upload('/sheets/inspect?name=a.csv&client=halo&entity=tickets', 'ID,Remark\r\n7,x\r\n');
    expect(other.body['key']).toBe('id');
    const neither = await upload('/sheets/inspect?name=a.csv&client=halo&entity=tickets', 'Remark\r\nx\r\n');
    expect(neither.body['key']).toBeNull();
  });

  test.each<[object, string]>([
    [{ columns: { a: 'id', b: 'sumary' } }, 'did you mean "summary"'],
    [{ columns: { a: 'id', b: 'id' } }, 'is what "a" becomes already'],
    [{ columns: { a: 'summary' } }, 'no column becomes "id"'],
    [{ entity: 'ticket' }, 'did you mean "tickets"'],
    [{ columns: { a: 'id', $CFroom: 'summary' } }, 'has to be named otherwise'],
  ])('that make no sense are refused: %j', async (wrong, message) => {
    const body = { identifier: 'wrong', client: 'halo', entity: 'tickets', columns: COLUMNS, key: 'id', ...wrong };
    const reply = await app.post(`${API}/sheets`, body);
    expect(reply).toMatchObject({ status: 400, body: { message: expect.stringContaining(message) } });
  });
});

describe('a bulk update', () => {
  test('changes what the rows say, explains the bad ones, and gives the sheet back', async () => {
    const [a = 0, b = 0, c = 0] = ids(3);
    const before = app.halo.store.get('tickets', b)?.['summary'];
    await makeSheet('fixes', { columns: { ...COLUMNS, $CFroom: '$CFroom' } });
    const rows = [`${a},Renamed,3,12b,keep me`, `${b},,3,,`, '99999999,Nobody,1,,', `${c},Bad,many,,`, ',No id,1,,'];
    const text = `Ticket ID,Summary,Status Id,$CFroom,Remark\r\n${rows.join('\r\n')}\r\n`;
    const file = await uploadTo('fixes', 'fixes.csv', text);

    const { text: planned } = await app.post(`${API}/routes/fixes/plan`, { mode: 'full' });
    const lines = planned
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.map(({ action }) => action).filter(Boolean)).toContain('update');
    expect(app.halo.store.get('tickets', a)?.['summary']).not.toBe('Renamed');
    expect((await resultOf('fixes', file))[1]).toContain(',not run,');

    expect(await runSheet('fixes')).toMatchObject({ finished: 2, failed: 3 });
    expect(app.halo.store.get('tickets', a)).toMatchObject({
      summary: 'Renamed',
      status_id: 3,
      customfields: expect.arrayContaining([expect.objectContaining({ name: 'CFroom', value: '12b' })]),
    });
    // An empty cell leaves its field alone.
    expect(app.halo.store.get('tickets', b)).toMatchObject({ summary: before, status_id: 3 });

    const result = await resultOf('fixes', file);
    expect(result[0]).toBe('Ticket ID,Summary,Status Id,$CFroom,Remark,Result,Record id,Error');
    expect(result[1]).toBe(`${a},Renamed,3,12b,keep me,done,${a},`);
    expect(result[2]).toBe(`${b},,3,,,done,${b},`);
    expect(result[3]).toMatch(/^99999999,Nobody,1,,,failed,.*\[ERR_/);
    expect(result[4]).toMatch(/^\d+,Bad,many,,,failed,.*status_id.*\[ERR_FIELD_/);
    expect(result[5]).toMatch(/^,No id,1,,,failed,/);
    expect(result).toHaveLength(6);
    expect(app.halo.store.count('tickets')).toBe(120);
  });

  test('takes an XLSX file, gives one back, and takes that again when it was corrected', async () => {
    const [a = 0] = ids(1);
    await makeSheet('again');
    const file = await uploadTo(
      'again',
      'again.xlsx',
      xlsx([{ 'Ticket ID': a, Summary: 'From XLSX', 'Status Id': 2 }]),
    );
    expect(await runSheet('again')).toMatchObject({ finished: 1 });
    expect(app.halo.store.get('tickets', a)?.['summary']).toBe('From XLSX');
    const { port } = app.app.server.address() as { port: number };
    const answer = await fetch(`http://127.0.0.1:${port}${API}/incomings/again/files/${file}/result`, {
      headers: { authorization: 'Bearer token-of-the-administrator' },
    });
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="again-result.xlsx"');
    const second = await uploadTo('again', 'again-result.xlsx', new Uint8Array(await answer.arrayBuffer()));
    expect(await runSheet('again')).toMatchObject({ finished: 1 });
    expect((await resultOf('again', second))[0]).toBe('Ticket ID,Summary,Status Id,Result,Record id,Error');
  });

  test('takes what Excel in Germany writes: semicolons, Windows-1252, blank rows, short rows, columns of custom fields', async () => {
    const [a = 0, b = 0] = ids(2);
    await makeSheet('german', { columns: { ...COLUMNS, Raum: '$CFroom' } });
    const rows = [`${a};Türschloß klemmt;3;12b`, ';;;', `${b};Größe`, ''];
    const file = Buffer.from(`Ticket ID;Summary;Status Id;Raum\r\n${rows.join('\r\n')}\r\n`, 'latin1');
    const id = await uploadTo('german', 'german.csv', file);
    expect(await runSheet('german')).toMatchObject({ finished: 2, failed: 0 });
    expect(app.halo.store.get('tickets', a)).toMatchObject({
      summary: 'Türschloß klemmt',
      customfields: expect.arrayContaining([expect.objectContaining({ name: 'CFroom', value: '12b' })]),
    });
    expect(app.halo.store.get('tickets', b)?.['summary']).toBe('Größe');
    expect((await resultOf('german', id)).map((line) => line.split(',').slice(-3)[0])).toEqual([
      'Result',
      'done',
      'done',
    ]);
  });

  test('of a sheet whose header names a column twice is refused before anything runs, and says which', async () => {
    const reply = await upload(
      '/sheets/inspect?name=a.csv&client=halo&entity=tickets',
      'Id,Summary,Summary\r\n1,a,b\r\n',
    );
    expect(reply.status).toBe(422);
    expect(reply.body['message']).toContain('two columns "Summary", B and C');
  });

  test('creates records where it is told to, once, and empties fields where it is told to', async () => {
    await makeSheet('new-ones', { action: 'post', key: 'summary', columns: { Summary: 'summary', Team: 'team' } });
    await uploadTo('new-ones', 'new.csv', 'Summary,Team\r\nOnly by a sheet,Desk\r\n');
    expect(await runSheet('new-ones')).toMatchObject({ finished: 1 });
    expect(app.halo.store.rows('tickets').filter(({ summary }) => summary === 'Only by a sheet')).toHaveLength(1);

    const [a = 0] = ids(1);
    await makeSheet('clearing', { empty: 'clear', columns: { ID: 'id', Team: 'team' } });
    await uploadTo('clearing', 'clear.csv', `ID,Team\r\n${a},\r\n`);
    await runSheet('clearing');
    expect(app.halo.store.get('tickets', a)?.['team']).toBe('');
  });

  test('of an incoming that is no sheet has no result', async () => {
    const subscriber = { type: 'file', key: ['id'] };
    await app.apply({ kind: 'incoming', identifier: 'by-key', spec: { subscriber } });
    const reply = await app.get(`${API}/incomings/by-key/files/1/result`);
    expect(reply).toMatchObject({ status: 409, body: { code: 'ERR_NO_RESULT_SHEET' } });
  });
});

function xlsx(rows: readonly Readonly<Record<string, string | number>>[]): Uint8Array {
  const writer = createXlsxWriter(Object.keys(rows[0] ?? {}));
  return Buffer.concat([writer.begin(), writer.write(rows), writer.end()]);
}
