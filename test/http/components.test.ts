import { readdirSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import type { Component } from '../../src/core/component.ts';
import { checkSchema } from '../../src/core/validation.ts';
import { authenticators } from '../../src/http/authenticators/index.ts';
import { paginators } from '../../src/http/paginators/index.ts';
import { shapes } from '../../src/http/shapes/index.ts';

const folders: [string, ReadonlyMap<string, Component>][] = [
  ['authenticators', authenticators],
  ['paginators', paginators],
  ['shapes', shapes],
];

describe.each(folders)('%s', (folder, components) => {
  test('registers every file of its folder under its type', () => {
    const files = readdirSync(new URL(`../../src/http/${folder}`, import.meta.url));
    const types = files.filter((file) => file !== 'index.ts').map((file) => file.replace(/\.ts$/, ''));
    expect([...components.keys()].sort()).toEqual(types.sort());
  });

  test.each([...components.values()])('$type has a schema that refuses unknown options', (component) => {
    expect(component.summary).toMatch(/\.$/);
    expect(checkSchema(component.options, { nonsense: 1 }).problems).toContainEqual(
      expect.objectContaining({ path: 'nonsense' }),
    );
  });
});

test('secret options are write-only', () => {
  const { properties = {} } = authenticators.get('oauth2-password')?.options ?? {};
  const hidden = Object.entries(properties).filter(([, schema]) => typeof schema === 'object' && schema.writeOnly);
  expect(hidden.map(([name]) => name).sort()).toEqual(['clientSecret', 'password']);
});
