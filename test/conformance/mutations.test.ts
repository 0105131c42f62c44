import { describe, expect, test } from '@jest/globals';
import { checkClientSpec } from '../../src/connector/client-spec.ts';
import { loadConnector } from '../../src/connector/load.ts';
import { withFiles } from '../connector/with-connector.ts';
import { change, findingsOf, goodFiles, problemsOf, reportOf } from './made-up.ts';
import { MUTATIONS } from './mutations.ts';

test('nothing is wrong with the connector that is broken below', () => {
  expect(problemsOf(goodFiles())).toEqual([]);
});

test('mutations are many, and none of them comes twice', () => {
  expect(MUTATIONS.length).toBeGreaterThanOrEqual(60);
  expect(new Set(MUTATIONS.map(({ what }) => what)).size).toBe(MUTATIONS.length);
});

describe('what is told of', () => {
  test.each(MUTATIONS)('$what', ({ files, file, path, says }) => {
    const told = problemsOf(files()).flatMap(({ file: where, problems }) =>
      problems.map((problem) => ({ file: where, ...problem })),
    );
    const found = told.filter((each) => each.file.endsWith(file) && each.path.startsWith(path));
    expect(found.map(({ message }) => message)).toEqual(
      expect.arrayContaining([expect.stringContaining(says[0] ?? '')]),
    );
    for (const part of says) expect(found.map(({ message }) => message).join('\n')).toContain(part);
    // One mistake is not told in many ways, and no message grows with what was sent.
    expect(told.length).toBeLessThanOrEqual(3);
    for (const { message } of told) expect(message.length).toBeLessThan(500);
    expect(told.map(({ message }) => message).join('\n')).not.toMatch(/must match "|property name must|must NOT/);
  });
});

describe('a hostile connector', () => {
  test('changes no prototype', () => {
    const before = Object.getOwnPropertyNames(Object.prototype).sort();
    for (const { files } of MUTATIONS) problemsOf(files());
    expect(Object.getOwnPropertyNames(Object.prototype).sort()).toEqual(before);
    expect({}).not.toHaveProperty('polluted');
  });

  test('keeps keys of JavaScript that a source sends as data', async () => {
    const row = JSON.parse(
      '{ "id": 1, "name": "One", "__proto__": { "polluted": true }, "constructor": "x" }',
    ) as object;
    const files = change(goodFiles(), 'fixtures/sites.list.json', ['exchanges', 0, 'answer'], {
      total: 1,
      sites: [row],
    });
    change(
      files,
      'fixtures/sites.list.json',
      ['exchanges'],
      (files['fixtures/sites.list.json'] as { exchanges: object[] }).exchanges.slice(0, 1),
    );
    const report = await reportOf(change(files, 'fixtures/sites.list.json', ['records'], [row]));
    expect(findingsOf(report, 'failure')).toEqual([]);
    expect({}).not.toHaveProperty('polluted');
  });

  test('gets nothing for a secret that its authentication does not take', async () => {
    const files = change(goodFiles(), 'connector.json', ['authentications', 'application', 'headers'], {
      'X-Key': '?{secret.apiKey}',
    });
    change(files, 'fixtures/sign-in.application.json', ['credentials', 'headers', 'x-key'], '*');
    const [finding, ...others] = findingsOf(await reportOf(files, { only: 'sites.list' }), 'failure');
    expect(finding?.message).toBe('headers.x-key is nothing, not "*"');
    expect(others).toEqual([]);
  });

  test('cannot make its client call a host that it does not declare', async () => {
    const files = change(goodFiles(), 'connector.json', ['derive', 'usualUri', 'values'], {
      eu: 'https://evil.example.net',
      us: 'https://evil.example.net',
    });
    const messages = findingsOf(
      await reportOf(change(files, 'connector.json', ['baseUrl'], 'https://eu.example.com/v1')),
      'failure',
    );
    expect(messages.map(({ message }) => message).join('\n')).toContain('evil.example.net is not among the hosts');
  });

  test('has its patterns matched in linear time', () => {
    const files = change(goodFiles(), 'connector.json', ['parameters', 'clientId', 'pattern'], '^(a+)+$');
    const named = Object.fromEntries(Object.entries(files).map(([name, content]) => [`made-up/${name}`, content]));
    withFiles(named, (folder) => {
      const connector = loadConnector(`${folder}/made-up`);
      const parameters = { clientId: `${'a'.repeat(50_000)}!`, clientSecret: 'made-up-secret' };
      const spec = { connector: 'made-up', authentication: 'application', parameters };
      const { problems } = checkClientSpec(new Map([['made-up', connector]]), spec);
      expect(problems).toEqual([{ path: 'spec.parameters.clientId', message: 'does not have the right form' }]);
    });
  });

  test('is left when it would be read for ever', async () => {
    const files = change(goodFiles(), 'connector.json', ['paginators', 'pages'], {
      ...{ type: 'page-number', pageParameter: 'page', stop: ['total'], maxEmptyPages: 1_000_000 },
    });
    change(files, 'entities/sites.json', ['operations', 'list', 'total'], undefined);
    const report = await reportOf(files, { only: 'sites.list' });
    expect(findingsOf(report, 'failure', 'paging')[0]?.message).toContain('no end after 200 calls');
  });
});
