import type { JSONSchema } from 'json-schema-to-ts';
import { TESTED_KINDS } from '../../engine/testing/chains.ts';
import type { Api } from '../api.ts';
import { runTests, testChain, testOfTask } from '../chain-tests.ts';
import { ID, ID_PARAMS } from '../parameters.ts';
import { authorOf } from '../document-author.ts';
import { mayDo } from '../permissions.ts';
import type { Platform } from '../platform.ts';

const RUN = { permission: 'tests:run' } as const;
const NAME = { type: 'string', minLength: 1, maxLength: 255 } as const;

const TEST_BODY = {
  type: 'object',
  properties: {
    steps: {
      type: 'array',
      items: { type: 'object', additionalProperties: true },
      description: 'Steps, as in a document.',
    },
    document: {
      type: 'object',
      properties: { kind: { enum: TESTED_KINDS }, identifier: NAME },
      required: ['kind', 'identifier'],
      additionalProperties: false,
      description: 'In place of steps: a document whose steps are meant. For a route also those of its two ends.',
    },
    records: {
      type: 'array',
      minItems: 1,
      maxItems: 100,
      items: { type: 'object', additionalProperties: true },
      description: 'Records to run through them.',
    },
    task: { ...ID, description: 'A task whose record is taken; its own steps, where none are given.' },
    route: { ...NAME, description: 'A route; the records of its last five tasks are taken.' },
    incoming: {
      ...NAME,
      description:
        'An incoming; its source is read now, and the first five records are taken. Nothing is remembered of that. Its own steps, where none are given.',
    },
    until: { ...NAME, description: 'Path of a step, as an answer names it: the chain ends behind it.' },
  },
  additionalProperties: false,
} as const satisfies JSONSchema;

const RUN_BODY = {
  type: 'object',
  properties: {
    identifiers: {
      type: 'array',
      items: NAME,
      maxItems: 1000,
      default: [],
      description: 'Documents; without any all.',
    },
  },
  additionalProperties: false,
} as const satisfies JSONSchema;

const MAKE_BODY = {
  type: 'object',
  properties: { name: { ...NAME, description: 'Name of the test; "Task" and its number without.' } },
  additionalProperties: false,
} as const satisfies JSONSchema;

/** Testing chains. Nothing is sent, and nothing that steps write into storages is kept. */
export function testRoutes(api: Api, platform: Platform): void {
  api.post(
    '/transformers/test',
    {
      config: RUN,
      schema: { tags: ['tests'], summary: 'Runs records through steps and tells every step', body: TEST_BODY },
    },
    ({ body, actor }) => testChain(platform, body, actor !== null && mayDo(actor, 'clients:call')),
  );

  api.post(
    '/tests/run',
    { config: RUN, schema: { tags: ['tests'], summary: 'Runs saved tests', body: RUN_BODY } },
    ({ body: { identifiers } }) => runTests(platform, identifiers),
  );

  api.post(
    '/tasks/:id/to-test',
    {
      config: { permission: 'configuration:write' },
      schema: { tags: ['tests'], summary: 'Makes a saved test of a task', params: ID_PARAMS, body: MAKE_BODY },
    },
    async (request, reply) => {
      const { id } = request.params;
      return reply.code(201).send(await testOfTask(platform, id, request.body.name, authorOf(request)));
    },
  );
}
