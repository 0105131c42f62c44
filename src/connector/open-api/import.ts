import { didYouMean } from '../../core/nearest.ts';
import type { EntityManifest } from '../manifest-schema.ts';
import { buildEntity } from './build-entity.ts';
import { type Collected, collectEntities } from './collect.ts';
import { openDocument } from './document.ts';
import type { KnownNames } from './known-names.ts';
import type { Skipped } from './operations.ts';
import { overlayError, parseOverlay, type Overlay } from './overlay.ts';

/** What an import did, for a person to read. */
export interface ImportReport {
  readonly operations: number;
  readonly entities: number;
  /** Lists of which nobody states how they are paged, as "entity.operation": one page of them is read. */
  readonly onePageOnly: readonly string[];
  readonly skipped: readonly Skipped[];
}

export interface Imported {
  readonly entities: ReadonlyMap<string, EntityManifest>;
  readonly report: ImportReport;
}

/**
 * Makes the entities of a connector from an OpenAPI document and the facts that such a document lacks.
 *
 * The same input gives the same output, whatever the order inside the document. Paging, record paths, keys and
 * deltas are never guessed: they come from the overlay or are not there.
 *
 * @param known Names that operations have already; they keep them unless the overlay names them.
 * @throws ConfigError ERR_OPENAPI, ERR_OVERLAY
 */
export function importOpenApi(document: unknown, overlayValue: unknown = {}, known: KnownNames = new Map()): Imported {
  const opened = openDocument(document);
  const overlay = parseOverlay(overlayValue);
  const { entities: collected, skipped } = collectEntities(opened, overlay, known);
  refuseUnknown(collected, overlay);
  const built = [...collected].map(([name, each]) => buildEntity(name, each, opened, overlay));
  return {
    entities: new Map(built.map(({ manifest }) => [manifest.name, manifest])),
    report: {
      operations: built.reduce((sum, { manifest }) => sum + Object.keys(manifest.operations).length, 0),
      entities: built.length,
      onePageOnly: built.flatMap(({ onePageOnly }) => onePageOnly),
      skipped,
    },
  };
}

/** Facts about what is not there would be lost without a word. */
function refuseUnknown(collected: ReadonlyMap<string, Collected>, overlay: Overlay): void {
  const problems = Object.entries(overlay.entities ?? {}).flatMap(([name, facts]) => {
    const path = `entities.${name}`;
    const entity = collected.get(name);
    if (!entity) {
      return [{ path, message: `the document has no such entity${didYouMean(name, [...collected.keys()])}` }];
    }
    const names = entity.operations.map((each) => each.name);
    return Object.keys(facts.operations ?? {})
      .filter((operation) => !names.includes(operation))
      .map((operation) => ({
        path: `${path}.operations.${operation}`,
        message: `the document has no such operation${didYouMean(operation, names)}; method and path would add it`,
      }));
  });
  if (problems.length > 0) throw overlayError(problems);
}
