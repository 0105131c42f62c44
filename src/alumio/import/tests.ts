import type { Json } from '../../core/record.ts';
import type { ImportContext } from './import.ts';
import type { AlumioObject } from './read-export.ts';
import { entityOf, expectedOf } from './test-values.ts';

/** A test of the export. */
export interface ImportedTest {
  readonly identifier: string;
  readonly name: string;
  /** The saved transformer that it belongs to; undefined where the export has none of that name. */
  readonly transformer: string | undefined;
  readonly input: Json;
  /** Undefined where nobody filled it in: the editor writes `[[]]` then. */
  readonly expected: readonly Json[] | undefined;
}

/** The tests among the objects of an export. */
export function testsOf(objects: readonly AlumioObject[], context: ImportContext): ImportedTest[] {
  return objects
    .filter(({ type }) => type === 'transformer-test' || type === 'incoming-transformer-test')
    .map((object) => ({
      identifier: object.identifier,
      name: object.name.trim() === '' ? object.identifier : object.name.trim(),
      transformer: documentOf(object, context),
      input: entityOf(object.parameters['entity']),
      expected: expectedOf(object.parameters['expected']),
    }));
}

function documentOf(
  { type, owner }: AlumioObject,
  { transformer, transformerNames }: ImportContext,
): string | undefined {
  if (owner === null) return undefined;
  if (type === 'transformer-test') return transformer(owner);
  return transformerNames.of(`incoming-${owner}`);
}
