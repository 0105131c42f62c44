import { compileCondition } from '../core/conditions.ts';
import { parseDuration } from '../core/duration.ts';
import { ConfigError } from '../core/errors.ts';
import { type DataRecord, type Json, plainText } from '../core/record.ts';
import { type CompiledTemplate, compileTemplate } from '../core/templates.ts';
import { parseWithSchema } from '../core/validation.ts';
import { parseLimits } from '../http/limits.ts';
import { paginators } from '../http/paginators/index.ts';
import { shapes } from '../http/shapes/index.ts';
import type {
  CallTerms,
  ErrorRule,
  HttpRequest,
  NamedBudget,
  Paginator,
  PaginatorContext,
  Query,
  QueryStyle,
  Shape,
} from '../http/types.ts';
import { type CallBody, compileBody } from './call-body.ts';
import type { Connector } from './load.ts';
import type { ConnectorManifest, ErrorRuleManifest, OperationManifest } from './manifest-schema.ts';
import { type CallArguments, fillTarget, type Operation, type RequestBase } from './request.ts';

/** An operation with everything in it compiled, once for all calls of its client. */
export interface CompiledOperation {
  readonly operation: Operation;
  readonly body: CallBody;
  readonly paginator: Paginator;
  readonly shape: Shape | undefined;
  readonly recordsAt: readonly string[];
  readonly terms: CallTerms | undefined;
  /** Rows of a call with the fields that the operation computes; the same list where it computes none. */
  computeRows(rows: DataRecord[], args: CallArguments, config: DataRecord): DataRecord[];
  /** Throws ConfigError for parameters that are missing, unknown or of the wrong type. */
  checkArguments(args: CallArguments, config: DataRecord): void;
  /** @param since Start of the window as the body's templates see it; null without one. */
  request(base: RequestBase, args: CallArguments, since?: Json): HttpRequest;
}

/**
 * Compiles operations of one connector; each is compiled when it is first used.
 *
 * @param now Clock of paginators that read by time.
 */
export function createOperationCompiler(
  connector: Connector,
  now: () => number = Date.now,
): (operation: Operation) => CompiledOperation {
  const compiled = new WeakMap<object, CompiledOperation>();
  return (operation) => {
    const known = compiled.get(operation.manifest) ?? compileOperation(connector, operation, now);
    compiled.set(operation.manifest, known);
    return known;
  };
}

function compileOperation({ manifest }: Connector, operation: Operation, now: () => number): CompiledOperation {
  const own = operation.manifest;
  const query = compileTemplate((own.query ?? {}) as Json);
  const headers = compileTemplate(own.headers ?? {});
  const body = compileBody(operation);
  const terms = termsOf(manifest, operation);
  const queryStyles = stylesOf(manifest, operation);
  const { records = '' } = own;
  const written = compileWritten(operation);
  const target = (args: CallArguments, config: DataRecord) => {
    const filled = fillTarget(operation, queryOf(query, config), args);
    return { ...filled, query: { ...filled.query, ...written(filled.query, config) } };
  };
  return {
    operation,
    body,
    paginator: createPaginator(own.paginator ?? 'single', manifest, now),
    shape: own.shape && createShape(own.shape),
    recordsAt: typeof records === 'string' ? [records] : records,
    terms,
    computeRows: compileCompute(own.compute),
    checkArguments: (args, config) => void target(args, config),
    request(base, args, since = null) {
      const { path, query: ownQuery } = target(args, base.config);
      return {
        method: own.method,
        url: base.url + path,
        query: { ...base.query, ...ownQuery },
        headers: { ...base.headers, ...headersOf(headers, base.config) },
        ...body.ofCall(args.body, base.config, since),
        ...(own.expects !== undefined && { expects: own.expects }),
        ...(queryStyles && { queryStyles }),
        ...(terms && { terms }),
        repeatable: own.repeatable ?? ['GET', 'DELETE'].includes(own.method),
      };
    },
  };
}

function compileCompute(source: OperationManifest['compute']): CompiledOperation['computeRows'] {
  if (!source) return (rows) => rows;
  const template = compileTemplate(source);
  return (rows, { path = {} }, config) =>
    rows.map((record) => ({
      ...record,
      ...(template.evaluate({ record, path: path as DataRecord, config }) as DataRecord),
    }));
}

function queryOf(template: CompiledTemplate, config: DataRecord): Query {
  return template.evaluate({ config }) as Query;
}

/** Query parameters that are sent as more than their value. */
function compileWritten({ manifest }: Operation): (query: Query, config: DataRecord) => Query {
  const templates = Object.entries(manifest.queryParameters ?? {}).flatMap(([name, { template }]) =>
    template === undefined ? [] : [[name, compileTemplate(template)] as const],
  );
  return (query, config) =>
    Object.fromEntries(
      templates
        .filter(([name]) => (query[name] ?? '') !== '')
        .map(([name, template]) => [name, template.evaluate({ value: query[name] ?? null, config })]),
    );
}

/** Headers as text; those without a value are left out. */
export function headersOf(template: CompiledTemplate, config: DataRecord): Record<string, string> {
  const values = Object.entries(template.evaluate({ config }) as DataRecord);
  return Object.fromEntries(
    values.filter(([, value]) => value !== null && value !== '').map(([name, value]) => [name, plainText(value)]),
  );
}

/** Rules of the connector, for every call. */
export function compileErrorRules(rules: readonly ErrorRuleManifest[] = []): ErrorRule[] {
  return rules.map(({ when, wait, waitAt, ...rule }) => {
    const condition = compileCondition(when, 'errors.when');
    return {
      ...rule,
      when: ({ status, headers, body }) => condition({ status, headers, body: body ?? null }),
      ...(wait !== undefined && { waitMs: parseDuration(wait) }),
      ...(waitAt && { waitAt }),
    };
  });
}

function termsOf(manifest: ConnectorManifest, { entity, name, manifest: own }: Operation): CallTerms | undefined {
  const budgets: NamedBudget[] = (own.budgets ?? []).map((budget) => ({
    name: budget,
    limits: parseLimits(manifest.budgets?.[budget] ?? []),
  }));
  if (own.limits) budgets.push({ name: `${entity.name}.${name}`, limits: parseLimits(own.limits) });
  const { weight = 1 } = own;
  if (budgets.length === 0 && weight === 1 && !own.errors) return undefined;
  return { rules: compileErrorRules(own.errors), budgets, weight };
}

function stylesOf(manifest: ConnectorManifest, { manifest: own }: Operation): Record<string, QueryStyle> | undefined {
  const declared = Object.entries(own.queryParameters ?? {});
  const styles = declared.flatMap(([name, { style, type }]): [string, QueryStyle][] => {
    const found = style ?? (type === 'array' ? manifest.queryStyle : undefined);
    return found === undefined ? [] : [[name, found]];
  });
  return styles.length > 0 ? Object.fromEntries(styles) : undefined;
}

/**
 * Creates a paginator as a manifest names it.
 *
 * @throws ConfigError ERR_MANIFEST for an unknown one, and what its options are refused for.
 */
export function createPaginator(
  source: unknown,
  manifest: Pick<ConnectorManifest, 'paginators'>,
  now: () => number = Date.now,
): Paginator {
  const named = typeof source === 'string' ? (manifest.paginators?.[source] ?? { type: source }) : source;
  const { type, ...options } = named as { readonly type: string };
  const component = paginators.get(type);
  if (!component) throw new ConfigError('ERR_MANIFEST', `unknown paginator "${type}"`);
  const context: PaginatorContext = { now, paginator: (inner) => createPaginator(inner, manifest, now) };
  return component.create(parseWithSchema(component.options, options, `paginator ${type}`) as never, context);
}

function createShape({ type, ...options }: { readonly type: string }): Shape {
  const component = shapes.get(type);
  if (!component) throw new ConfigError('ERR_MANIFEST', `unknown shape "${type}"`);
  return component.create(parseWithSchema(component.options, options, `shape ${type}`) as never);
}
