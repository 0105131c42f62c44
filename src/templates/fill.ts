import { ConfigError } from '../core/errors.ts';
import { isObject, type DataRecord, type Json } from '../core/record.ts';
import { checkSchema, type Problem } from '../core/validation.ts';
import { expand } from './expand.ts';
import { optionsOf, type Template } from './manifest.ts';

/** A document that a template makes. */
export interface FilledDocument {
  readonly document: DataRecord;
  readonly source: string;
  /** Whether it is left as it is where it is there already: a table that people fill. */
  readonly isKept: boolean;
}

/** A flow of a filled template: what is planned and run. */
export interface Flow {
  readonly title: string;
  readonly incoming: string;
  readonly route: string;
  readonly note?: string;
}

/** What a template makes of options. */
export interface Filled {
  readonly documents: readonly FilledDocument[];
  /** In the order in which they are run. */
  readonly flows: readonly Flow[];
}

/** Tells the connector of a client; undefined where there is no such client. */
export type ConnectorOf = (client: string) => string | undefined;

/**
 * Checks options and makes the documents of a template.
 *
 * @throws ConfigError ERR_TEMPLATE_OPTIONS with every problem by option; ERR_TEMPLATE for a template that is wrong.
 */
export function fillTemplate(template: Template, given: unknown, connectorOf: ConnectorOf): Filled {
  const { manifest } = template;
  const { value, problems } = checkSchema(manifest.options, given);
  const all = problems.length > 0 ? problems : clientProblems(template, value as DataRecord, connectorOf);
  if (all.length > 0) throw optionsInvalid(manifest.name, all);
  const scope = { ...(manifest.fixed as DataRecord), ...(value as DataRecord) };
  return {
    documents: template.documents.flatMap(({ document, source }) => filledDocument(document as Json, source, scope)),
    flows: manifest.flows.flatMap((flow) => {
      const filled = expand(flow as unknown as Json, scope);
      return filled === undefined ? [] : [filled as unknown as Flow];
    }),
  };
}

function filledDocument(document: Json, source: string, scope: DataRecord): FilledDocument[] {
  const filled = expand(document, scope);
  if (!isObject(filled)) return [];
  const { $once: once = false, ...rest } = filled as DataRecord;
  return [{ document: rest, source, isKept: once === true }];
}

/** A client has to be there, and be one of the system that is meant. */
function clientProblems(template: Template, options: DataRecord, connectorOf: ConnectorOf): Problem[] {
  return Object.entries(optionsOf(template)).flatMap(([path, { format, connectors = [] }]): Problem[] => {
    const client = options[path];
    if (format !== 'client' || typeof client !== 'string') return [];
    const connector = connectorOf(client);
    if (connector === undefined) {
      return [{ path, message: `there is no client "${client}"; make one for ${connectors.join(' or ')} first` }];
    }
    if (connectors.length === 0 || connectors.includes(connector)) return [];
    return [{ path, message: `the client "${client}" is one of ${connector}, not of ${connectors.join(' or ')}` }];
  });
}

function optionsInvalid(name: string, problems: readonly Problem[]): ConfigError {
  const lines = problems.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
  const how = `Give them as --set name=value or --options file.json on the command line, under "options" in a call of the API; "sluice template show ${name}" lists them`;
  return new ConfigError(
    'ERR_TEMPLATE_OPTIONS',
    `The options of the template "${name}" are not right: ${lines.join('; ')}. ${how}`,
    { details: { problems } },
  );
}
