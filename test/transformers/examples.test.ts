import { readdirSync } from 'node:fs';
import { compileChain } from '../../src/core/chain.ts';
import { bareRun } from '../../src/core/step-run.ts';
import type { TransformerExample } from '../../src/core/component.ts';
import { transformers } from '../../src/transformers/index.ts';
import { scriptsForTests } from '../support/scripts.ts';

const FOLDERS = ['../../src/transformers/', '../../src/alumio/steps/'].map(
  (folder) => new URL(folder, import.meta.url),
);

const deps = { transformers, saved: () => [], variable: () => undefined, scripts: scriptsForTests() };

async function runExample(type: string, { options, input }: TransformerExample): Promise<unknown> {
  return compileChain([{ ...options, type }], 'transformers', deps)(input, bareRun());
}

describe.each([...transformers.values()])('$type', (transformer) => {
  test.each(transformer.examples)('$title', async (example) => {
    const { type } = transformer;
    if (example.error === undefined) expect(await runExample(type, example)).toEqual(example.output);
    else await expect(runExample(type, example)).rejects.toThrow(example.error);
  });

  test('leaves the records of its examples as they were', async () => {
    for (const example of transformer.examples) {
      const before = structuredClone(example.input);
      await runExample(transformer.type, example).catch(() => undefined);
      expect(example.input).toEqual(before);
    }
  });

  test('has examples, a summary and a description for every option', () => {
    expect(transformer.examples.length).toBeGreaterThan(1);
    expect(transformer.summary).toMatch(/\.$/);
    const properties = transformer.options.properties as Record<string, { description?: string }>;
    for (const property of Object.values(properties)) expect(property.description).toBeTruthy();
  });
});

test('every file in the folders is registered and named after its type', () => {
  const files = FOLDERS.flatMap((folder) => readdirSync(folder)).filter((file) => file !== 'index.ts');
  expect(files.sort()).toEqual([...transformers.keys()].map((type) => `${type}.ts`).sort());
});

test.each([...transformers])('"%s" is registered under its own type', (type, transformer) => {
  expect(transformer.type).toBe(type);
});
