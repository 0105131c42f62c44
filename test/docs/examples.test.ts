import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { buildSchemas } from '../../scripts/schemas.ts';
import { readDocuments } from '../../src/cli/commands/apply.ts';
import { validate } from '../../src/cli/commands/validate.ts';
import { isObject } from '../../src/core/record.ts';
import { checkDocuments } from '../../src/server/check-documents.ts';
import { readSettings } from '../../src/server/settings.ts';
import { blocksOf, type Page, readPages, ROOT } from './pages.ts';

const isValid = new Ajv2020({ allowUnionTypes: true }).compile(buildSchemas().get('schemas/document.json') ?? {});

/** Documents that stand in a page, alone or in lists. */
function documentsOf(page: Page): { source: string; document: unknown }[] {
  return blocksOf(page, 'json')
    .flatMap((block): unknown => JSON.parse(block))
    .filter((value) => isObject(value) && 'kind' in value)
    .map((document, index) => ({ source: `${page.file}, document ${index + 1}`, document }));
}

const pages = readPages();

test.each(pages)('every block of JSON in $file can be read', (page) => {
  for (const block of blocksOf(page, 'json')) expect(() => JSON.parse(block) as unknown).not.toThrow();
});

describe('documents of a page', () => {
  const withDocuments = pages.filter((page) => documentsOf(page).length > 0);

  test('are found', () => {
    expect(withDocuments.map(({ file }) => file)).toContain('README.md');
    expect(withDocuments.length).toBeGreaterThan(2);
  });

  test.each(withDocuments)('of $file are valid together', async (page) => {
    await checkDocuments(documentsOf(page), readSettings({}));
  });

  test.each(withDocuments)('of $file follow the schema', (page) => {
    for (const { document } of documentsOf(page)) {
      isValid(document);
      expect(isValid.errors ?? []).toEqual([]);
    }
  });
});

describe.each(readdirSync(path.join(ROOT, 'examples')))('example %s', (name) => {
  const folder = path.join(ROOT, 'examples', name);

  test('is accepted by "sluice validate"', async () => {
    expect((await validate(folder)).lines).toEqual([expect.stringMatching(/^\d+ documents are valid$/)]);
  });

  test.each(readDocuments(folder))('has a $source whose $schema is there and accepts it', ({ source, document }) => {
    const { $schema } = document as { $schema: string };
    const schema = JSON.parse(readFileSync(path.resolve(path.dirname(source), $schema), 'utf8')) as object;
    const check = new Ajv2020({ allowUnionTypes: true }).compile(schema);
    check(document);
    expect(check.errors ?? []).toEqual([]);
  });
});

test('the documents of the README are those of the example', () => {
  const readme = documentsOf(pages.find(({ file }) => file === 'README.md') ?? { file: '', text: '' });
  const example = readDocuments(path.join(ROOT, 'examples/halo-to-halo'));
  const key = ({ document }: { document: unknown }): string => {
    const { kind, identifier, spec } = document as { kind: string; identifier: string; spec: object };
    return JSON.stringify({ kind, identifier, spec });
  };
  expect(readme.map(key).sort()).toEqual(example.map(key).sort());
});
