import { expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { buildSchemas } from '../../scripts/schemas.ts';
import { authenticators } from '../../src/http/authenticators/index.ts';
import { blocksOf, readPages } from './pages.ts';

const page = readPages().find(({ file }) => file === 'docs/sign-in.md') ?? { file: '', text: '' };
const examples = blocksOf(page, 'json').map((block) => JSON.parse(block) as { type: string });

test('docs/sign-in.md names every kind', () => {
  expect([...authenticators.keys()].filter((type) => !page.text.includes(`| \`${type}\` |`))).toEqual([]);
});

test.each(examples)('the example of $type follows the schema', (example) => {
  const { $defs } = buildSchemas().get('schemas/connector.json') as { $defs: object };
  const check = new Ajv2020({ allowUnionTypes: true }).compile({ $defs, $ref: '#/$defs/authenticator' });
  check(example);
  expect(check.errors ?? []).toEqual([]);
});
