import { readdirSync } from 'node:fs';
import { transformers } from '../../src/transformers/index.ts';
import { runExample } from '../support/run-example.ts';

const FOLDERS = ['../../src/transformers/', '../../src/alumio/steps/'].map(
  (folder) => new URL(folder, import.meta.url),
);

describe.each([...transformers.values()])('$type', (transformer) => {
  test.each(transformer.examples)('$title', async (example) => {
    const { type } = transformer;
    if (example.error !== undefined) {
      await expect(runExample(type, example)).rejects.toThrow(example.error);
      return;
    }
    const { output, leaves } = await runExample(type, example);
    expect(output).toEqual(example.output);
    if (example.leaves) expect(leaves).toEqual(example.leaves);
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
