import { expect, test } from '@jest/globals';
import { checkClient } from '../../src/connector/check-client.ts';
import { answerJson, withServer } from '../http/with-server.ts';
import { connect, makeConnector, signal } from './with-connector.ts';

const things = {
  key: ['id'],
  operations: { list: { title: 'Lists things', method: 'GET', path: '/things', records: '', paginator: 'single' } },
};

test('an address that overrides the usual one may be left out', async () => {
  const connector = makeConnector(
    {
      parameters: {
        baseUri: { title: 'Usual address', format: 'uri', required: true },
        override: { title: 'Other address', format: 'uri' },
      },
      baseUrl: '&{config.override || config.baseUri}',
      check: { operation: 'things.list' },
    },
    { things },
  );
  await withServer(
    (_request, response) => {
      answerJson(response, 200, [{ id: 1 }]);
    },
    async (baseUri) => {
      const client = connect(connector, { parameters: { baseUri } });
      const steps = await checkClient(client, signal);
      expect(steps.map(({ step, status }) => [step, status])).toContainEqual(['address', 'passed']);
      expect(steps.at(-1)).toMatchObject({ step: 'first-read', status: 'passed' });
      client.close();
    },
  );
});
