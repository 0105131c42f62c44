import { ConfigError } from '../../core/errors.ts';
import { isObject } from '../../core/record.ts';
import { type Node, ownNode, ownText } from './references.ts';

/** An OpenAPI document of which only the outermost shape was checked. */
export interface OpenApiDocument {
  readonly root: Node;
  /** OpenAPI 2 ("Swagger") has other places for bodies and schemas. */
  readonly isVersion2: boolean;
  readonly paths: Node;
}

/**
 * Takes a document for OpenAPI 2, 3.0 or 3.1. The rest is read leniently: real documents break their own rules.
 *
 * @throws ConfigError ERR_OPENAPI when it is something else.
 */
export function openDocument(value: unknown): OpenApiDocument {
  if (!isObject(value)) throw notOpenApi('the file does not hold an object');
  const version = ownText(value, 'openapi') ?? ownText(value, 'swagger') ?? '';
  if (!/^(?:2|3\.[01])(?:\.|$)/.test(version)) {
    throw notOpenApi(
      version === '' ? 'it has neither "openapi" nor "swagger" at the top' : `its version is "${version.slice(0, 20)}"`,
    );
  }
  const paths = ownNode(value, 'paths');
  if (!paths) throw notOpenApi('it has no "paths"');
  return { root: value, isVersion2: version.startsWith('2'), paths };
}

function notOpenApi(why: string): ConfigError {
  return new ConfigError(
    'ERR_OPENAPI',
    `This is no OpenAPI document of version 2.0, 3.0 or 3.1: ${why}. Give the JSON file that describes the API`,
  );
}
