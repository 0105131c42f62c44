import { compileErrorRules } from '../../connector/compile-operation.ts';
import type { Connector } from '../../connector/load.ts';
import type { EntityManifest, ErrorRuleManifest, OperationManifest } from '../../connector/manifest-schema.ts';
import type { Operation } from '../../connector/request.ts';
import { type DataRecord, isRecord, type Json } from '../../core/record.ts';
import type { Exchange } from '../fixture-schema.ts';
import type { OperationFixture } from '../fixtures.ts';
import { pathValues } from '../path-values.ts';
import { played } from '../replay.ts';
import type { KnownPaginator } from './speaker-of.ts';

/**
 * A connector with one operation as it pages: without parents and further calls, which have pages of their own, and
 * with the page size of the checks.
 */
export function bareConnector(
  connector: Connector,
  { entity, name, manifest }: Operation,
  paginator: KnownPaginator,
): { connector: Connector; operation: Operation } {
  const kept = Object.entries(manifest).filter(([key]) => key !== 'forEach' && key !== 'details');
  const bare = { ...Object.fromEntries(kept), paginator: paginator.source } as OperationManifest;
  const own: EntityManifest = { ...entity, operations: { ...entity.operations, [name]: bare } };
  const entities = new Map([...connector.entities, [entity.name, own]]);
  return { connector: { ...connector, entities }, operation: { entity: own, name, manifest: bare } };
}

/** The recorded answer of an operation, whose other parts made-up answers keep; an empty one where there is none. */
export function recordedForm(
  { manifest }: Operation,
  fixtures: readonly OperationFixture[],
  rules: readonly ErrorRuleManifest[] = [],
): DataRecord {
  const compiled = compileErrorRules([...(manifest.errors ?? []), ...rules]);
  const isGood = (exchange: Exchange): boolean => compiled.every(({ when }) => !when(played(exchange)));
  const answers = fixtures.flatMap(({ exchanges }) =>
    exchanges
      .filter(({ request, status }) => status === 200 && request.method === manifest.method)
      .filter(({ request }) => pathValues(manifest.path, request.path ?? '') !== undefined)
      .filter(isGood)
      .map(({ answer }) => answer as Json | undefined),
  );
  return answers.find(isRecord) ?? {};
}
