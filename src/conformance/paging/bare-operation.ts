import type { Connector } from '../../connector/load.ts';
import type { EntityManifest, OperationManifest } from '../../connector/manifest-schema.ts';
import type { Operation } from '../../connector/request.ts';
import { type DataRecord, isRecord, type Json } from '../../core/record.ts';
import type { OperationFixture } from '../fixtures.ts';
import { pathValues } from '../path-values.ts';
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
  const { forEach: _parents, details: _further, ...kept } = manifest;
  const bare: OperationManifest = { ...kept, paginator: paginator.source };
  const own: EntityManifest = { ...entity, operations: { ...entity.operations, [name]: bare } };
  const entities = new Map([...connector.entities, [entity.name, own]]);
  return { connector: { ...connector, entities }, operation: { entity: own, name, manifest: bare } };
}

/** The recorded answer of an operation, whose other parts made-up answers keep; an empty one where there is none. */
export function recordedForm({ manifest }: Operation, fixtures: readonly OperationFixture[]): DataRecord {
  const answers = fixtures.flatMap(({ exchanges }) =>
    exchanges
      .filter(({ request, status }) => status === 200 && request.method === manifest.method)
      .filter(({ request }) => pathValues(manifest.path, request.path ?? '') !== undefined)
      .map(({ answer }) => answer as Json | undefined),
  );
  return answers.find(isRecord) ?? {};
}
