import type { JSONSchema } from 'json-schema-to-ts';
import type { Connector } from '../../connector/load.ts';
import type { EntityManifest } from '../../connector/manifest-schema.ts';
import type { Component } from '../../core/component.ts';
import { didYouMean } from '../../core/nearest.ts';
import { publishers } from '../../publisher/index.ts';
import { subscribers } from '../../subscriber/index.ts';
import { transformers } from '../../transformers/index.ts';
import type { Api } from '../api.ts';
import type { Platform } from '../platform.ts';
import { notFound } from '../request-error.ts';

const READ = { permission: 'connectors:read' } as const;

const NAME_PARAMS = {
  type: 'object',
  properties: { name: { type: 'string', minLength: 1, maxLength: 255 } },
  required: ['name'],
  additionalProperties: false,
} as const satisfies JSONSchema;

/** What forms are drawn from: connectors, and the components that documents are made of. */
export function connectorRoutes(api: Api, { connectors }: Platform): void {
  api.get(
    '/connectors',
    { config: READ, schema: { tags: ['connectors'], summary: 'Lists connectors' } },
    (_request, reply) => reply.send({ items: [...connectors.values()].map(summaryOf), nextCursor: null }),
  );

  api.get(
    '/connectors/:name',
    {
      config: READ,
      schema: {
        tags: ['connectors'],
        summary: 'A connector with its form, entities and operations',
        params: NAME_PARAMS,
      },
    },
    ({ params: { name } }, reply) => {
      const connector = connectors.get(name);
      if (!connector) throw notFound(`There is no connector "${name}"${didYouMean(name, [...connectors.keys()])}`);
      return reply.send(formOf(connector));
    },
  );

  api.get(
    '/components',
    { config: READ, schema: { tags: ['connectors'], summary: 'Transformers, subscribers and publishers' } },
    (_request, reply) =>
      reply.send({
        transformers: [...transformers.values()].map((each) => ({ ...describe(each), examples: each.examples })),
        subscribers: [...subscribers.values()].map(describe),
        publishers: [...publishers.values()].map(describe),
      }),
  );
}

function summaryOf({ name, manifest, entities }: Connector): Record<string, unknown> {
  const { title, description, documentation } = manifest;
  return { name, title, description, documentation, entities: entities.size };
}

function formOf(connector: Connector): Record<string, unknown> {
  const { manifest, entities } = connector;
  return {
    ...summaryOf(connector),
    parameters: manifest.parameters,
    authentications: Object.fromEntries(
      Object.entries(manifest.authentications).map(([name, { title, parameters = [], optional = [] }]) => [
        name,
        { title, parameters, optional },
      ]),
    ),
    limits: manifest.limits ?? [],
    entities: [...entities.values()].map(entityOf),
  };
}

function entityOf({
  name,
  title,
  description,
  key,
  idField,
  find,
  operations,
}: EntityManifest): Record<string, unknown> {
  return {
    ...{ name, title, description, key, idField },
    searchFields: find?.fields ?? [],
    operations: Object.entries(operations).map(([operation, manifest]) => ({
      name: operation,
      title: manifest.title,
      action: manifest.action ?? operation,
      method: manifest.method,
      path: manifest.path,
      pathParameters: manifest.pathParameters ?? {},
      queryParameters: manifest.queryParameters ?? {},
      hasDelta: manifest.delta !== undefined,
      maxBatch: manifest.body?.maxBatch,
      status: manifest.status,
    })),
  };
}

function describe({ type, summary, options }: Component): Record<string, unknown> {
  return { type, summary, options };
}
