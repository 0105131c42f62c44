import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { loadConnector, loadConnectors, loadWithOwn } from '../../src/connector/load.ts';
import { ConfigError } from '../../src/core/errors.ts';
import { BASE, withFiles } from './with-connector.ts';

const ENTITY = {
  name: 'things',
  title: 'Things',
  key: ['id'],
  fields: { id: 'integer', name: { type: 'string', title: 'Name' } },
  operations: {
    list: {
      title: 'Lists things',
      method: 'GET',
      path: '/things',
      records: '',
      paginator: 'single',
      queryParameters: { q: 'string' },
    },
  },
};
const FILES = {
  'made-up/connector.json': { ...BASE, check: { operation: 'things.list' }, limits: [{ concurrency: 2 }] },
  'made-up/entities/things.json': ENTITY,
};

describe('a connector that extends another one', () => {
  const sister = {
    name: 'sister',
    extends: 'made-up',
    title: 'Sister',
    check: null,
    parameters: { baseUri: { placeholder: 'https://sister.example' } },
  };

  test('takes everything that it does not say itself, joins objects, and drops what is null', () => {
    withFiles({ ...FILES, 'sister/connector.json': sister }, (folder) => {
      const found = loadConnectors(folder).get('sister');
      expect(found?.manifest).toMatchObject({
        name: 'sister',
        title: 'Sister',
        baseUrl: BASE.baseUrl,
        parameters: { baseUri: { title: 'Address', required: true, placeholder: 'https://sister.example' } },
      });
      expect(found?.manifest.check).toBeUndefined();
      expect([...(found?.entities.keys() ?? [])]).toEqual(['things']);
    });
  });

  test('may bring entities, also in place of those of the other', () => {
    const own = { ...ENTITY, title: 'Own things' };
    const more = { ...ENTITY, name: 'more', title: 'More' };
    const files = { 'sister/entities/things.json': own, 'sister/entities/more.json': more };
    withFiles({ ...FILES, 'sister/connector.json': sister, ...files }, (folder) => {
      const entities = loadConnectors(folder).get('sister')?.entities;
      expect([...(entities ?? [])].map(([name, { title }]) => [name, title])).toEqual([
        ['things', 'Own things'],
        ['more', 'More'],
      ]);
    });
  });

  test('finds the other one in another folder', () => {
    withFiles(FILES, (builtIn) => {
      withFiles({ 'sister/connector.json': sister }, (own) => {
        expect([...loadConnectors(builtIn, own).keys()]).toEqual(['made-up', 'sister']);
        expect(loadConnector(path.join(own, 'sister'), builtIn).entities.size).toBe(1);
      });
    });
  });

  test.each([
    [{ ...sister, extends: 'maid-up' }, 'extends: there is no connector "maid-up" (did you mean "made-up"?)'],
    [{ ...sister, extends: 'sister' }, 'extends: sister → sister never ends'],
    [{ ...sister, extends: '../made-up' }, 'extends: there is no connector "../made-up"'],
    [{ ...sister, titel: 'x' }, 'titel: unknown key (did you mean "title"?)'],
    [{ ...sister, parameters: null }, 'parameters: is missing'],
  ])('is refused when %#', (manifest, message) => {
    withFiles({ ...FILES, 'sister/connector.json': manifest }, (folder) => {
      expect(() => loadConnectors(folder)).toThrow(message);
      expect(() => loadConnectors(folder)).toThrow(path.join('sister', 'connector.json'));
    });
  });
});

test('two connectors of one name in two folders are refused, with both places', () => {
  withFiles(FILES, (one) => {
    withFiles(FILES, (two) => {
      expect(() => loadConnectors(one, two)).toThrow(/two connectors "made-up": .*made-up and .*made-up/);
    });
  });
});

test('short forms of parameters and fields are written out', () => {
  withFiles(FILES, (folder) => {
    const things = loadConnector(path.join(folder, 'made-up')).entities.get('things');
    expect(things?.operations['list']?.queryParameters).toEqual({ q: { type: 'string', required: false } });
    expect(things?.fields).toEqual({
      id: { type: 'integer', readOnly: false, required: false },
      name: { type: 'string', title: 'Name', readOnly: false, required: false },
    });
  });
});

test('a connector without entities is refused, unless its clients define them', () => {
  withFiles({ 'made-up/connector.json': BASE }, (folder) => {
    expect(() => loadConnectors(folder)).toThrow(/entities is missing or empty/);
  });
  withFiles({ 'made-up/connector.json': { ...BASE, clientEntities: true } }, (folder) => {
    expect(loadConnectors(folder).get('made-up')?.entities.size).toBe(0);
  });
});

test('a connector of one’s own that is wrong is left out and told; one that comes along must be right', () => {
  const wrong = { 'wrong/connector.json': '{ "version": 1' };
  withFiles(FILES, (builtIn) => {
    withFiles(wrong, (own) => {
      const { connectors, broken } = loadWithOwn(builtIn, [own, path.join(own, 'not-there')]);
      expect([...connectors.keys()]).toEqual(['made-up']);
      expect(broken.map(({ code }) => code)).toEqual(['ERR_JSON_SYNTAX']);
      const { connectors: shipped } = loadWithOwn(own, [builtIn]);
      for (const ask of [() => shipped.get('wrong'), () => [...shipped], () => [...shipped.values()]]) {
        expect(ask).toThrow(/wrong.connector\.json: is not valid JSON/);
      }
    });
  });
});

test('what comes along is loaded when somebody asks for it, once', () => {
  withFiles(FILES, (builtIn) => {
    const { connectors } = loadWithOwn(builtIn, []);
    const file = path.join(builtIn, 'made-up/connector.json');
    const written = readFileSync(file, 'utf8');
    writeFileSync(file, '{');
    expect([connectors.size, connectors.has('made-up'), connectors.get('unknown')]).toEqual([1, true, undefined]);
    expect(() => connectors.get('made-up')).toThrow(ConfigError);
    writeFileSync(file, written);
    const loaded = connectors.get('made-up');
    expect(loaded?.name).toBe('made-up');
    rmSync(builtIn, { recursive: true });
    const seen: unknown[] = [];
    connectors.forEach((connector, name) => seen.push(name, connector));
    expect(seen).toEqual(['made-up', loaded]);
    expect([...connectors.entries()]).toEqual([['made-up', loaded]]);
  });
});
