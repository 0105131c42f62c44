import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { loadConnectors } from '../../src/connector/load.ts';
import { checkDocuments } from '../../src/server/check-documents.ts';
import { CONNECTORS, TEMPLATES } from '../../src/server/connector-folder.ts';
import { readSettings } from '../../src/server/settings.ts';
import { expand } from '../../src/templates/expand.ts';
import { fillTemplate } from '../../src/templates/fill.ts';
import { loadTemplates } from '../../src/templates/load.ts';
import { optionsOf, type Template } from '../../src/templates/manifest.ts';

const templates = loadTemplates(fileURLToPath(TEMPLATES));
const connectors = loadConnectors(fileURLToPath(CONNECTORS));

/** A client of the first connector that an option names. */
function clientsOf(template: Template): object[] {
  const example = template.manifest.example as Record<string, unknown>;
  return Object.entries(optionsOf(template)).flatMap(([name, { format, connectors: [connector = ''] = [] }]) => {
    const identifier = example[name];
    if (format !== 'client' || typeof identifier !== 'string') return [];
    return [{ kind: 'client', identifier, spec: clientSpec(connector) }];
  });
}

function clientSpec(connector: string): object {
  const { authentications = {}, parameters = {} } = connectors.get(connector)?.manifest ?? {};
  const [authentication = '', { parameters: own = [] } = {}] = Object.entries(authentications)[0] ?? [];
  const needed = Object.entries(parameters).filter(([name, { required }]) => required || own.includes(name));
  const values = needed.map(([name, { enum: choices, format }]) => [
    name,
    choices?.[0] ?? (format === 'uri' ? 'https://example.com' : 'made-up'),
  ]);
  return { connector, authentication, parameters: Object.fromEntries(values) as object };
}

describe.each([...templates])('the template %s', (_name, template) => {
  test('makes valid documents of its example, and names no route that it does not make', async () => {
    const clients = clientsOf(template) as { identifier: string; spec: { connector: string } }[];
    const filled = fillTemplate(template, template.manifest.example, (client) => {
      return clients.find(({ identifier }) => identifier === client)?.spec.connector;
    });
    const documents = [...clients, ...filled.documents.map(({ document }) => document)];
    const submitted = documents.map((document) => ({ document, source: template.manifest.name }));
    await checkDocuments(submitted, readSettings({ SLUICE_KEY: 'only for tests' }));
    const made = documents.map(
      ({ kind, identifier }: { kind?: unknown; identifier?: unknown }) => `${String(kind)}/${String(identifier)}`,
    );
    for (const { route, incoming } of filled.flows)
      expect(made).toEqual(expect.arrayContaining([`route/${route}`, `incoming/${incoming}`]));
  });

  test('describes every option', () => {
    for (const [name, { description }] of Object.entries(optionsOf(template))) {
      expect([name, typeof description]).toEqual([name, 'string']);
    }
  });
});

describe('placeholders', () => {
  const scope = {
    name: 'A',
    count: 3,
    list: [
      { k: 'x', v: 1 },
      { k: 'y', v: 2 },
    ],
    off: false,
  };

  test.each([
    ['"%{count}"', '3', 'a whole text keeps the type'],
    ['"n=%{count}"', '"n=3"', 'in a text it is text'],
    ['["%{missing}", 1]', '[1]', 'what was not given is left out'],
    ['{ "a": { "$when": { "field": "off", "equals": true }, "b": 1 }, "c": 2 }', '{"c":2}', 'a condition'],
    ['[{ "$each": "list", "$item": "%{item.k}" }]', '["x","y"]', 'a loop in a list'],
    [
      '[{ "$each": "list", "$if": { "field": "item.v", "equals": 2 }, "$item": "%{item.k}" }]',
      '["y"]',
      'a loop that picks',
    ],
    ['{ "$each": "list", "$key": "%{item.k}", "$value": "%{item.v}" }', '{"x":1,"y":2}', 'a loop of entries'],
    ['{ "a": 0, "$merge": [{ "$key": "%{name}", "$value": true }] }', '{"a":0,"A":true}', 'entries laid over'],
  ])('%s becomes %s: %s', (template, expected) => {
    expect(JSON.stringify(expand(JSON.parse(template) as never, scope))).toBe(expected);
  });

  test('what a person typed is no placeholder', () => {
    expect(expand('%{name}', { name: '%{secret}', secret: 'no' })).toBe('%{secret}');
    expect(expand('to %{name}', { name: '%{secret}', secret: 'no' })).toBe('to %{secret}');
  });
});

test('options that do not fit, and clients of another system, are told by their names', () => {
  const template = templates.get('ninjaone-to-halo');
  if (!template) throw new Error('it is not there');
  const fill = (options: object) => () =>
    fillTemplate(template, options, (client) => (client === 'halo' ? 'haloitsm' : undefined));
  expect(fill({ halo: 'halo', rmm: 'halo', defaultType: 'x' })).toThrow(/defaultType/);
  expect(fill({ halo: 'halo', rmm: 'halo', defaultType: 1 })).toThrow(/"halo" is one of haloitsm, not of ninjaone/);
  expect(fill({ halo: 'halo', rmm: 'nobody', defaultType: 1 })).toThrow(/there is no client "nobody"/);
});
