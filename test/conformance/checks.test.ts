import { describe, expect, test } from '@jest/globals';
import { change, checkOf, type Files, findingsOf, goodFiles, reportOf } from './made-up.ts';

const LIST = ['operations', 'list'];

test('a good connector passes every check, and each check has something to say', async () => {
  const report = await reportOf(goodFiles());
  expect(findingsOf(report, 'failure')).toEqual([]);
  expect(report).toMatchObject({ connector: 'made-up', entities: 2, operations: 7, isOk: true });
  for (const { name, passed } of report.checks) expect({ name, passed: passed > 0 }).toEqual({ name, passed: true });
});

test('nothing is checked of a connector that cannot be loaded but its files', async () => {
  const report = await reportOf(change(goodFiles(), 'entities/sites.json', ['key'], 'id'));
  expect(report.isOk).toBe(false);
  expect(report.checks.map(({ name }) => name)).toEqual(['files']);
});

test('problems of several files are told together', async () => {
  const files = change(goodFiles(), 'entities/sites.json', ['titel'], 'Sites');
  change(files, 'entities/devices.json', ['titel'], 'Devices');
  change(files, 'connector.json', ['titel'], 'Made-up');
  const report = await reportOf(files);
  expect(
    findingsOf(report, 'failure', 'files')
      .map(({ file }) => file)
      .sort(),
  ).toEqual(['connector.json', 'entities/devices.json', 'entities/sites.json']);
});

test('only one operation is checked where one is asked for', async () => {
  const report = await reportOf(goodFiles(), { only: 'sites.list' });
  expect(checkOf(report, 'titles').passed).toBe(1);
  await expect(reportOf(goodFiles(), { only: 'sites.lst' })).rejects.toThrow('did you mean "sites.list"?');
});

test('a list without a fixture is named, and fails where stable ones must have one', async () => {
  const without = (): Files => {
    const files = goodFiles();
    delete files['fixtures/devices.list.json'];
    return files;
  };
  const lenient = await reportOf(without());
  expect(lenient.isOk).toBe(true);
  expect(findingsOf(lenient, 'warning', 'reads')[0]?.message).toContain('devices.list');
  const strict = await reportOf(without(), { isStrict: true });
  expect(findingsOf(strict, 'failure', 'reads')).toMatchObject([{ subject: 'devices.list' }]);
});

/** One thing that is broken, the check that finds it, and a part of what it says. */
interface Broken {
  readonly what: string;
  readonly check: string;
  readonly files: Files;
  readonly says: string;
  readonly level?: 'failure' | 'warning' | 'unknown';
}

const fixture = (name: string, at: readonly (string | number)[], value: unknown): Files =>
  change(goodFiles(), `fixtures/${name}.json`, at, value);
const entity = (name: string, at: readonly (string | number)[], value: unknown): Files =>
  change(goodFiles(), `entities/${name}.json`, at, value);
const manifest = (at: readonly (string | number)[], value: unknown): Files =>
  change(goodFiles(), 'connector.json', at, value);

const REQUEST = ['exchanges', 0, 'request'];

const BROKEN: readonly Broken[] = [
  {
    what: 'a fixture with an unknown key',
    ...{ check: 'fixtures', files: fixture('sites.list', ['recrods'], []), says: 'did you mean "records"?' },
  },
  {
    what: 'a fixture of an operation that there is not',
    check: 'fixtures',
    files: { ...goodFiles(), 'fixtures/sites.lst.json': { exchanges: [] } },
    says: 'did you mean "list"?',
  },
  {
    what: 'a sample client that lacks a value',
    ...{ check: 'fixtures', files: fixture('client', ['parameters', 'clientSecret'], undefined), says: 'is missing' },
  },
  {
    what: 'a hint for a code that there is not',
    check: 'check',
    files: manifest(['check', 'hints'], { ERR_FORBIDEN: 'x' }),
    says: 'did you mean "ERR_FORBIDDEN"?',
  },
  {
    what: 'a connection test whose answer is not as expected',
    check: 'check',
    files: manifest(['check', 'expect'], { field: 'body.total', equals: 9 }),
    says: 'check.expect',
  },
  {
    what: 'another query than recorded',
    check: 'reads',
    files: fixture('sites.list', [...REQUEST, 'query', 'size'], 3),
    says: 'query size is "2", recorded "3"',
  },
  {
    what: 'a query that is sent but not recorded',
    check: 'reads',
    files: fixture('sites.list', [...REQUEST, 'query', 'size'], undefined),
    says: 'query size "2" is sent, not recorded',
  },
  {
    what: 'another path than recorded',
    ...{ check: 'reads', files: fixture('sites.list', [...REQUEST, 'path'], '/site'), says: 'recorded /site' },
  },
  {
    what: 'another method than recorded',
    ...{ check: 'reads', files: fixture('sites.list', [...REQUEST, 'method'], 'POST'), says: 'recorded POST' },
  },
  {
    what: 'a header that is not sent',
    check: 'reads',
    files: fixture('sites.list', [...REQUEST, 'headers'], { accept: 'text/csv' }),
    says: 'header accept is not sent',
  },
  {
    what: 'a call that was recorded but is not made',
    check: 'reads',
    files: fixture('sites.list', ['exchanges', 0, 'answer', 'total'], 2),
    says: 'was recorded but is never sent',
  },
  {
    what: 'a call that nobody recorded',
    check: 'reads',
    files: fixture('sites.list', ['exchanges', 1, 'answer', 'total'], 4),
    says: 'was not recorded',
  },
  {
    what: 'other rows than recorded',
    check: 'reads',
    files: fixture('sites.list', ['records', 2, 'name'], 'Drei'),
    says: 'records[2].name is "Three", not "Drei"',
  },
  {
    what: 'fewer rows than recorded',
    ...{ check: 'reads', files: fixture('sites.list', ['records', 3], { id: 4 }), says: '4 rows are expected, 3' },
  },
  {
    what: 'a reading that fails although it should not',
    check: 'reads',
    files: fixture('sites.list', ['exchanges', 1, 'status'], 403),
    says: 'it fails with ERR_FORBIDDEN',
  },
  {
    what: 'a reading that should fail but does not',
    ...{ check: 'reads', files: fixture('sites.list', ['error'], { code: 'ERR_FORBIDDEN' }), says: 'but it succeeds' },
  },
  {
    what: 'less than announced',
    check: 'reads',
    files: change(
      fixture('sites.list', ['exchanges', 1, 'answer', 'total'], 5),
      'fixtures/sites.list.json',
      ['exchanges', 2],
      { request: { method: 'GET', path: '/sites', query: { page: 3, size: 2 } }, answer: { total: 5, sites: [] } },
    ),
    says: 'ERR_RUN_INCOMPLETE',
  },
  {
    what: 'rows without their key',
    check: 'keys',
    files: entity('devices', ['operations', 'list', 'forEach', 'carry'], undefined),
    says: 'has no "siteId"',
  },
  {
    what: 'rows that share a key',
    check: 'keys',
    files: fixture('sites.list', ['exchanges', 0, 'answer'], { total: 1, sites: [{ id: 1 }, { id: 1 }] }),
    says: 'share the key',
  },
  {
    what: 'fields of another type',
    check: 'keys',
    files: entity('sites', ['fields', 'name'], 'integer'),
    says: 'is said to be integer',
    level: 'warning',
  },
  {
    what: 'a sign that the source does not send',
    check: 'paging',
    files: manifest(['paginators', 'pages', 'stop'], ['short', 'total']),
    says: 'a count that is too low',
    level: 'unknown',
  },
  {
    what: 'an end that contradicts what the answers say',
    check: 'paging',
    files: change(entity('sites', [...LIST, 'total'], undefined), 'connector.json', ['paginators', 'pages'], {
      type: 'page-number',
      pageParameter: 'page',
      stop: ['empty', 'has-more'],
      hasMoreAt: 'more',
    }),
    says: 'an empty page in the middle',
  },
  {
    what: 'another body than recorded',
    check: 'writes',
    files: entity('devices', ['operations', 'create', 'body', 'envelope'], { items: '&{body}' }),
    says: 'body.items is',
  },
  {
    what: 'an id that is not where the connector says',
    check: 'writes',
    files: entity('devices', ['operations', 'create', 'answer', 'id'], 'uid'),
    says: 'no id is found',
  },
  {
    what: 'a batch of which only one is sent',
    check: 'writes',
    files: entity('devices', ['operations', 'create', 'body', 'wrap'], 'none'),
    says: 'only one of two records is in the body',
  },
  {
    what: 'a rule that is never reached',
    check: 'rules',
    files: manifest(['errors', 2], {
      when: {
        all: [
          { field: 'status', equals: 423 },
          { field: 'body.x', equals: 1 },
        ],
      },
      then: 'fail',
    }),
    says: 'rule 1 holds first',
    level: 'warning',
  },
  {
    what: 'an address in the form that is not used',
    check: 'hosts',
    files: manifest(['baseUrl'], '&{config.usualUri}/v1'),
    says: 'although the parameter "baseUri" says',
  },
  {
    what: 'a sign-in that asks otherwise than recorded',
    check: 'sign-in',
    files: fixture('sign-in.application', [...REQUEST, 'form', 'scope'], 'read'),
    says: 'field scope is "read write", recorded "read"',
  },
  {
    what: 'credentials that are not put on calls',
    check: 'sign-in',
    files: fixture('sign-in.key', ['credentials', 'headers'], { 'x-key': 'made-up-key' }),
    says: 'headers.x-key is nothing',
  },
  {
    what: 'a sign-in without a fixture',
    check: 'sign-in',
    files: ((): Files => {
      const files = goodFiles();
      delete files['fixtures/sign-in.key.json'];
      return files;
    })(),
    says: 'has no fixture',
    level: 'warning',
  },
  {
    what: 'a title that does not begin with a capital',
    ...{ check: 'titles', files: entity('sites', [...LIST, 'title'], 'lists sites'), says: 'capital letter' },
  },
  {
    what: 'a title that shows a path',
    ...{ check: 'titles', files: entity('sites', [...LIST, 'title'], 'GET /sites'), says: 'shows a path' },
  },
  {
    what: 'two operations of one title',
    check: 'titles',
    files: entity('devices', ['operations', 'update', 'title'], 'Adds devices'),
    says: 'is the title of devices.create as well',
  },
  {
    what: 'a deprecated operation without a word about it',
    check: 'titles',
    files: entity('devices', ['operations', 'old', 'replacedBy'], undefined),
    says: 'replacedBy',
  },
];

describe('a check finds', () => {
  test.each(BROKEN)('$what ($check)', async ({ check, files, says, level = 'failure' }) => {
    const report = await reportOf(files);
    const found = findingsOf(report, level, check);
    expect(found.map(({ message }) => message).join('\n')).toContain(says);
    expect(found.length).toBeGreaterThan(0);
    for (const { file, message } of found)
      expect({ file: file !== '', message: message !== '' }).toEqual({ file: true, message: true });
  });
});
