import { Readable } from 'node:stream';
import type { JSONSchema } from 'json-schema-to-ts';
import { didYouMean } from '../../core/nearest.ts';
import type { Submitted } from '../../engine/check-envelopes.ts';
import { planRoute } from '../../engine/plan.ts';
import { type Filled, fillTemplate } from '../../templates/fill.ts';
import { optionsOf, type Template } from '../../templates/manifest.ts';
import type { Api } from '../api.ts';
import { closingSignal, goneSignal } from '../calling.ts';
import { authorOf } from '../document-author.ts';
import type { Platform } from '../platform.ts';
import { notFound } from '../request-error.ts';
import { jsonLines, PLAN_OPTIONS, requirePlannable } from './plan.ts';

const READ = { permission: 'connectors:read' } as const;
const WRITE = { permission: 'configuration:write' } as const;

const NAME_PARAMS = {
  type: 'object',
  properties: { name: { type: 'string', minLength: 1, maxLength: 255 } },
  required: ['name'],
  additionalProperties: false,
} as const satisfies JSONSchema;

const OPTIONS = { type: 'object', default: {}, description: "Values of the template's form." } as const;

const FILL_BODY = {
  type: 'object',
  properties: { options: OPTIONS },
  additionalProperties: false,
} as const satisfies JSONSchema;

const PLAN_BODY = {
  type: 'object',
  properties: {
    options: OPTIONS,
    route: { type: 'string', minLength: 1, description: 'One of the routes that the preview names under "flows".' },
    ...PLAN_OPTIONS,
  },
  required: ['route'],
  additionalProperties: false,
} as const satisfies JSONSchema;

const APPLY_BODY = {
  type: 'object',
  properties: {
    options: OPTIONS,
    reason: { type: 'string', maxLength: 1000, description: 'Why, for the versions; or the header x-reason.' },
  },
  additionalProperties: false,
} as const satisfies JSONSchema;

/** Templates: ready-made documents that a form fills; what they make is ordinary configuration. */
export function templateRoutes(api: Api, platform: Platform): void {
  const { configuration } = platform;
  const closing = closingSignal(api);
  const requireTemplate = (name: string): Template => {
    const { templates } = platform;
    const template = templates.get(name);
    if (!template) throw notFound(`There is no template "${name}"${didYouMean(name, [...templates.keys()])}`);
    return template;
  };

  api.get('/templates', { config: READ, schema: { tags: ['templates'], summary: 'Lists templates' } }, (_, reply) =>
    reply.send({ items: [...platform.templates.values()].map(summaryOf), nextCursor: null }),
  );

  api.get(
    '/templates/:name',
    { config: READ, schema: { tags: ['templates'], summary: 'A template with its form', params: NAME_PARAMS } },
    ({ params: { name } }, reply) => reply.send(formOf(requireTemplate(name))),
  );

  api.post(
    '/templates/:name/preview',
    {
      config: WRITE,
      schema: {
        tags: ['templates'],
        summary: 'What a template would make: documents, what would change, and the flows; nothing is written',
        params: NAME_PARAMS,
        body: FILL_BODY,
      },
    },
    async ({ params: { name }, body: { options } }) => {
      const filled = await fill(platform, requireTemplate(name), options);
      const changes = await configuration.apply(filled.submitted, { dryRun: true });
      return { documents: filled.documents.map(({ document }) => document), changes, flows: filled.flows };
    },
  );

  api.post(
    '/templates/:name/plan',
    {
      config: WRITE,
      schema: {
        tags: ['templates'],
        summary: 'Plans a flow of a template as if it were applied, and changes nothing',
        description: 'Answers JSON lines, as the plan of a route does.',
        params: NAME_PARAMS,
        body: PLAN_BODY,
      },
    },
    async ({ params: { name }, body: { options, route, mode, limit }, id: request }, reply) => {
      const { submitted } = await fill(platform, requireTemplate(name), options);
      const workspace = await configuration.draft(submitted);
      reply.raw.once('close', () => {
        workspace.close();
      });
      const { store, steps } = platform;
      const planning = requirePlannable(workspace, route);
      const lines = planRoute(planning, { mode, limit }, { ...store, steps }, goneSignal(reply, closing));
      const first = await lines.next();
      return reply
        .type('application/x-ndjson; charset=utf-8')
        .send(Readable.from(jsonLines(first, lines, request), { objectMode: false }));
    },
  );

  api.post(
    '/templates/:name/apply',
    {
      config: WRITE,
      schema: {
        tags: ['templates'],
        summary: 'Makes the documents of a template, all or none',
        params: NAME_PARAMS,
        body: APPLY_BODY,
      },
    },
    async (request) => {
      const { options, reason } = request.body;
      const template = requireTemplate(request.params.name);
      const { submitted, flows } = await fill(platform, template, options);
      const why = reason ?? `Template "${template.manifest.name}"`;
      const changes = await configuration.apply(submitted, { author: authorOf(request, why) });
      return { changes, flows };
    },
  );
}

/** Documents of a template for what there is: tables that people fill are left as they are. */
async function fill(
  { configuration }: Platform,
  template: Template,
  options: unknown,
): Promise<Filled & { readonly submitted: readonly Submitted[] }> {
  const existing = await configuration.export();
  const connectorOf = (client: string): string | undefined => {
    const found = existing.find(({ kind, identifier }) => kind === 'client' && identifier === client);
    return found && String(found.spec['connector']);
  };
  const filled = fillTemplate(template, options, connectorOf);
  const isThere = (document: Readonly<Record<string, unknown>>): boolean =>
    existing.some(({ kind, identifier }) => kind === document['kind'] && identifier === document['identifier']);
  const submitted = filled.documents
    .filter(({ isKept, document }) => !(isKept && isThere(document)))
    .map(({ document, source }) => ({ document, source: `${template.manifest.name}/${source}` }));
  return { ...filled, submitted };
}

function summaryOf(template: Template): object {
  const { name, title, summary, category, guide } = template.manifest;
  const connectors = Object.values(optionsOf(template)).flatMap((option) => option.connectors?.slice(0, 1) ?? []);
  return {
    name,
    title,
    summary,
    category,
    ...(guide !== undefined && { guide }),
    connectors: [...new Set(connectors)],
  };
}

function formOf(template: Template): object {
  const { description, options, example } = template.manifest;
  return { ...summaryOf(template), ...(description !== undefined && { description }), options, example };
}
