import { ConfigError } from '../../core/errors.ts';
import { isDeeperThan } from '../../core/nesting.ts';
import { isObject } from '../../core/record.ts';

/** One object of an export. */
export interface AlumioObject {
  readonly type: string;
  readonly identifier: string;
  readonly name: string;
  readonly description: string;
  readonly disabled: boolean;
  /** Identifier of what a test belongs to. */
  readonly owner: string | null;
  readonly prototype: string | undefined;
  readonly parameters: Parameters;
  /** `flow.ndjson:3`. */
  readonly source: string;
}

/** Parameters as an export holds them; PHP writes none as an empty list. */
export type Parameters = Readonly<Record<string, unknown>>;

/** A file of an export. */
export interface ExportFile {
  readonly source: string;
  readonly text: string;
}

const MAX_OBJECTS = 20_000;
/** Levels of one object: every part of a chain takes three. */
const MAX_DEPTH = 500;

/**
 * Reads the objects of exports, one JSON object a line.
 *
 * @throws ConfigError ERR_ALUMIO_EXPORT with the file and line of the first fault.
 */
export function readExport(files: readonly ExportFile[]): AlumioObject[] {
  const objects = files.flatMap(({ source, text }) =>
    text
      .replace(/^\uFEFF/, '')
      .split('\n')
      .flatMap((line, index) => (line.trim() === '' ? [] : [readLine(line, `${source}:${index + 1}`)])),
  );
  if (objects.length === 0)
    throw fault(files.map(({ source }) => source).join(', ') || 'the folder', 'holds no objects');
  if (objects.length > MAX_OBJECTS)
    throw fault('The export', `holds ${objects.length} objects; at most ${MAX_OBJECTS} are read`);
  return objects;
}

function readLine(line: string, source: string): AlumioObject {
  const value = parse(line, source);
  if (!isObject(value)) throw fault(source, 'is no object');
  if (isDeeperThan(value, MAX_DEPTH)) throw fault(source, `is nested deeper than ${MAX_DEPTH} levels`);
  const { type, identifier, name, description, disabled, owner, object } = value;
  if (typeof type !== 'string' || type === '') throw fault(source, 'has no "type"');
  if (typeof identifier !== 'string' || identifier === '') throw fault(source, `(${type}) has no "identifier"`);
  const inside = isObject(object) ? object : {};
  return {
    type,
    identifier,
    name: typeof name === 'string' ? name : '',
    description: typeof description === 'string' ? description : '',
    disabled: disabled === true,
    owner: typeof owner === 'string' ? owner : null,
    prototype: typeof inside['prototype'] === 'string' ? inside['prototype'] : undefined,
    parameters: parametersOf(inside),
    source,
  };
}

/** The parameters of an object or a part; none where there is an empty list. */
export function parametersOf(value: Parameters): Parameters {
  const { parameters } = value;
  return isObject(parameters) ? parameters : {};
}

function parse(line: string, source: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw fault(source, `is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function fault(source: string, what: string): ConfigError {
  return new ConfigError('ERR_ALUMIO_EXPORT', `${source} ${what}. An export has one JSON object on each line`, {
    details: { source },
  });
}
