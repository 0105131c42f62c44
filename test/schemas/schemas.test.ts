import { mkdtempSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { buildReference, EXAMPLE_CONNECTOR, EXAMPLE_ENTITY } from '../../scripts/reference.ts';
import { WORDS } from '../../scripts/descriptions.ts';
import { buildSchemas, type Schema } from '../../scripts/schemas.ts';
import { loadConnector } from '../../src/connector/load.ts';
import { CONNECTOR_SCHEMA, ENTITY_SCHEMA } from '../../src/connector/manifest-schema.ts';
import { KINDS } from '../../src/engine/kinds.ts';
import { authenticators } from '../../src/http/authenticators/index.ts';
import { paginators } from '../../src/http/paginators/index.ts';
import { shapes } from '../../src/http/shapes/index.ts';
import { publishers } from '../../src/publisher/index.ts';
import { subscribers } from '../../src/subscriber/index.ts';
import { transformers } from '../../src/transformers/index.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

const schemas = buildSchemas();
const ajv = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true });
const validators = new Map([...schemas].map(([file, schema]) => [file, ajv.compile(schema)]));

function validatorOf(file: string): ValidateFunction {
  const validate = validators.get(file);
  if (!validate) throw new Error(`No schema ${file}`);
  return validate;
}

function problemsOf(file: string, value: unknown): unknown[] {
  const validate = validatorOf(file);
  return validate(value) ? [] : (validate.errors ?? []);
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(path.join(ROOT, file), 'utf8'));
}

describe('generated files', () => {
  test.each([...schemas])('%s is what "npm run schemas" writes', (file, schema) => {
    expect(readFileSync(path.join(ROOT, file), 'utf8')).toBe(`${JSON.stringify(schema, null, 2)}\n`);
  });

  test.each([...buildReference()])('%s is what "npm run schemas" writes', (file, text) => {
    expect(readFileSync(path.join(ROOT, file), 'utf8')).toBe(text);
  });

  test('there is one schema for each kind, and none that nobody writes', () => {
    const kinds = Object.keys(KINDS).map((kind) => `${kind}.json`);
    const files = readdirSync(path.join(ROOT, 'schemas'));
    expect(files.sort()).toEqual([...kinds, 'connector.json', 'document.json', 'entity.json', 'template.json'].sort());
  });
});

describe('the schemas that values are checked against', () => {
  const strict = new Ajv2020({ strict: true, allowUnionTypes: true, validateSchema: true });
  for (const keyword of ['secret', 'late', 'placeholder', 'component', 'components', 'template', 'order']) {
    strict.addKeyword({ keyword, valid: true });
  }
  strict.addFormat('uri-reference', true);
  const components = [authenticators, paginators, shapes, transformers, subscribers, publishers];
  const all: [string, object][] = [
    ['connector.json', CONNECTOR_SCHEMA],
    ['an entity', ENTITY_SCHEMA],
    ...Object.entries(KINDS),
    ...components.flatMap((kind) => [...kind.values()].map(({ type, options }): [string, object] => [type, options])),
  ];

  // They are not checked when Sluice starts: that would take as long as everything else.
  test.each(all)('%s follows the dialect', (_name, schema) => {
    expect(() => strict.compile(schema)).not.toThrow();
  });
});

describe('words', () => {
  const properties = [...schemas].flatMap(([file, schema]) => propertiesOf(schema, file));

  test('every property of every schema says what it is', () => {
    const silent = properties.filter(({ schema }) => !('description' in schema) && !('$ref' in schema));
    expect(silent.map(({ at }) => at)).toEqual([]);
  });

  test('no words are kept for properties that are not there or have their own', () => {
    const told = properties.map(({ schema }) => String(schema['description']));
    const unused = Object.values(WORDS).filter((words) => !told.some((description) => description.startsWith(words)));
    expect(unused).toEqual([]);
  });
});

describe('connectors', () => {
  const folder = 'connector/haloitsm';
  const entities = readdirSync(path.join(ROOT, folder, 'entities'));

  test('connector.json of haloitsm is valid', () => {
    expect(problemsOf('schemas/connector.json', readJson(`${folder}/connector.json`))).toEqual([]);
  });

  test.each(entities)('entity %s of haloitsm is valid', (file) => {
    expect(problemsOf('schemas/entity.json', readJson(`${folder}/entities/${file}`))).toEqual([]);
  });

  test('a typo in an authenticator or a paginator is refused', () => {
    const manifest = structuredClone(readJson(`${folder}/connector.json`)) as {
      authentications: Record<string, { authenticator: Record<string, unknown> }>;
      paginators: Record<string, Record<string, unknown>>;
    };
    const authenticator = manifest.authentications['password']?.authenticator ?? {};
    expect(problemsOf('schemas/connector.json', manifest)).toEqual([]);
    authenticator['tokenURL'] = 'x';
    expect(problemsOf('schemas/connector.json', manifest)).not.toEqual([]);
    delete authenticator['tokenURL'];
    manifest.paginators['pages'] = { type: 'page-number', pageParameter: 'page', stop: ['never'] };
    expect(problemsOf('schemas/connector.json', manifest)).not.toEqual([]);
  });

  test('a template stands for any option of an authenticator', () => {
    const manifest = structuredClone(EXAMPLE_CONNECTOR) as unknown as {
      authentications: { application: { authenticator: Record<string, unknown> } };
    };
    const { authenticator } = manifest.authentications.application;
    authenticator['renewEarlyMs'] = '&{config.early}';
    expect(problemsOf('schemas/connector.json', manifest)).toEqual([]);
    authenticator['renewEarlyMs'] = 'soon';
    expect(problemsOf('schemas/connector.json', manifest)).not.toEqual([]);
  });

  test('the connector of the reference page follows the schemas and loads', () => {
    expect(problemsOf('schemas/connector.json', EXAMPLE_CONNECTOR)).toEqual([]);
    expect(problemsOf('schemas/entity.json', EXAMPLE_ENTITY)).toEqual([]);
    const place = path.join(mkdtempSync(path.join(tmpdir(), 'sluice-docs-')), EXAMPLE_CONNECTOR.name);
    mkdirSync(path.join(place, 'entities'), { recursive: true });
    writeFileSync(path.join(place, 'connector.json'), JSON.stringify(EXAMPLE_CONNECTOR));
    writeFileSync(path.join(place, 'entities/orders.json'), JSON.stringify(EXAMPLE_ENTITY));
    expect([...loadConnector(place).entities.keys()]).toEqual(['orders']);
  });
});

/** Documents in the form that others build on. */
const DOCUMENTS: readonly { readonly kind: string; readonly identifier: string; readonly spec: object }[] = [
  {
    kind: 'client',
    identifier: 'halo',
    spec: {
      connector: 'haloitsm',
      authentication: 'client-credentials',
      parameters: {
        baseUri: 'https://acme.haloitsm.com',
        authUri: 'https://acme.haloitsm.com/auth',
        tenant: 'acme',
        clientId: '…',
        clientSecret: '${HALO_SECRET}',
        scopes: 'all',
        clientAuthentication: 'basic',
      },
      limits: [{ requests: 500, per: '300s' }, { concurrency: 4 }],
    },
  },
  {
    kind: 'incoming',
    identifier: 'tickets',
    spec: {
      subscriber: {
        type: 'connector',
        client: 'halo',
        entity: 'tickets',
        operation: 'list',
        mode: 'incremental',
        parameters: { path: {}, query: { open_only: true } },
        requestTransformers: [],
      },
      schedule: { every: '5m' },
      transformers: [{ type: 'filter', when: { field: 'status_id', notIn: [8, 9] } }],
    },
  },
  {
    kind: 'outgoing',
    identifier: 'assets',
    spec: {
      transformers: [],
      publisher: {
        type: 'connector',
        client: 'halo-b',
        action: 'post',
        entity: 'asset',
        parameters: { path: {}, query: {} },
        requestTransformers: [],
        batch: { size: 50 },
        match: [{ fields: ['key_field'] }],
      },
    },
  },
  {
    kind: 'route',
    identifier: 'tickets-to-assets',
    spec: {
      incoming: 'tickets',
      outgoing: 'assets',
      transformers: [{ type: 'map', fields: { summary: '&{summary}' } }],
      retry: { attempts: 5 },
    },
  },
];

describe('documents', () => {
  test.each(DOCUMENTS)('a $kind is valid by its own schema and by that of all kinds', (document) => {
    expect(problemsOf(`schemas/${document.kind}.json`, document)).toEqual([]);
    expect(problemsOf('schemas/document.json', document)).toEqual([]);
  });

  test.each(DOCUMENTS)('a typo in the spec of a $kind is refused', (document) => {
    const wrong = { ...document, spec: { ...document.spec, shedule: {} } };
    expect(problemsOf(`schemas/${document.kind}.json`, wrong)).not.toEqual([]);
    expect(problemsOf('schemas/document.json', wrong)).not.toEqual([]);
  });

  test.each(DOCUMENTS)('a $kind is no document of another kind', ({ kind, ...rest }) => {
    const others = Object.keys(KINDS).filter((each) => each !== kind);
    for (const other of others) expect(problemsOf('schemas/document.json', { kind: other, ...rest })).not.toEqual([]);
  });

  test('a kind that there is not is refused', () => {
    expect(problemsOf('schemas/document.json', { kind: 'rout', identifier: 'x', spec: {} })).not.toEqual([]);
  });
});

describe('steps', () => {
  const stepsOf = (transformers: unknown[]) => ({ kind: 'transformer', identifier: 'x', spec: { transformers } });
  const problems = (step: object) => problemsOf('schemas/document.json', stepsOf([step]));

  test.each([...transformers.values()])('every example of "$type" is valid', ({ type, examples }) => {
    for (const { options } of examples) expect(problems({ type, ...options })).toEqual([]);
  });

  test.each([
    ['an unknown type', { type: 'mapp', fields: {} }],
    ['an unknown option', { type: 'remove', fields: ['a'], field: 'a' }],
    ['an unknown type inside a nested list', { type: 'conditional', when: 'a', then: [{ type: 'mapp' }] }],
    ['an unknown test of a condition', { type: 'filter', when: { field: 'a', equal: 1 } }],
    ['an unknown test inside "any"', { type: 'filter', when: { any: [{ field: 'a', equal: 1 }] } }],
    ['a test without a field', { type: 'filter', when: { equals: 1 } }],
  ])('%s is refused', (_what, step) => {
    expect(problems(step)).not.toEqual([]);
  });

  test('a step that is disabled may be unfinished', () => {
    expect(problems({ type: 'map', disabled: true })).toEqual([]);
    expect(problems({ type: 'map', disabled: false })).not.toEqual([]);
  });
});

interface Found {
  readonly at: string;
  readonly schema: Schema;
}

/** Every property of a schema, at any depth. */
function propertiesOf(value: unknown, at: string): Found[] {
  if (Array.isArray(value)) return value.flatMap((item) => propertiesOf(item, at));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]): Found[] => {
    if (['default', 'enum', 'if'].includes(key)) return [];
    if (key !== 'properties') return propertiesOf(child, key === '$defs' || at.endsWith('$defs') ? `${at}/${key}` : at);
    return Object.entries(child as Readonly<Record<string, Schema>>).flatMap(([name, schema]) => [
      { at: `${at}/${name}`, schema },
      ...propertiesOf(schema, `${at}/${name}`),
    ]);
  });
}
