import { ConfigError } from '../../core/errors.ts';
import { checkSchema } from '../../core/validation.ts';
import type { Method } from './operations.ts';
import { OVERLAY_SCHEMA } from './overlay-schema.ts';
import type { Node } from './references.ts';
import type { ValueType } from './types.ts';
import type { Spellings } from './words.ts';

/** Which operations a rule is about; all that is said has to hold. */
export interface Condition {
  readonly operation?: string;
  readonly method?: Method;
  readonly action?: string;
  /** Query parameters that the document declares for it. */
  readonly parameters?: readonly string[];
  /** Query parameters that it does not declare. */
  readonly lacks?: readonly string[];
  readonly body?: 'array' | 'object' | 'other' | 'none';
  readonly path?: string;
  readonly isExtra?: boolean;
}

export interface OperationRule {
  readonly when: Condition;
  readonly set: Node;
}

/** Which entities a rule is about: by the operations they have and the parameters in the path of `get`. */
export interface EntityRule {
  readonly when: {
    readonly operations?: readonly string[];
    readonly pathParameters?: readonly string[];
    readonly body?: 'array' | 'object';
    /** Fields of the payload; an entity without a known payload fits too. */
    readonly fields?: readonly string[];
  };
  readonly set: Node;
}

/** Operations that the document does not have. */
export interface ExtraOperations {
  /** "METHOD /path" each. */
  readonly operations: readonly string[];
  readonly set?: Node;
}

export interface OperationFacts extends Node {
  readonly method?: Method;
  readonly path?: string;
}

export interface EntityFacts extends Node {
  readonly one?: string;
  readonly many?: string;
  readonly operations?: Readonly<Record<string, OperationFacts>>;
}

/** The facts that an OpenAPI document lacks. */
export interface Overlay {
  readonly source?: string;
  readonly entityFrom?: 'path' | 'tag';
  readonly stripPath?: string;
  /** What POST on a collection is: "create" makes new records only, "post" creates and updates. */
  readonly postTo?: 'create' | 'post';
  readonly words?: Spellings;
  readonly titles?: Readonly<Record<string, string>>;
  readonly hideParameters?: readonly string[];
  readonly parameters?: Readonly<Record<string, Node | ValueType>>;
  readonly listParameters?: Readonly<Record<string, Node | ValueType>>;
  readonly pathParameterTypes?: Readonly<Record<string, ValueType>>;
  readonly rules?: readonly OperationRule[];
  readonly entityRules?: readonly EntityRule[];
  readonly extraOperations?: readonly ExtraOperations[];
  readonly leaveOut?: readonly string[];
  readonly entities?: Readonly<Record<string, EntityFacts>>;
}

/**
 * Checks an overlay.
 *
 * @throws ConfigError ERR_OVERLAY with every problem: unknown keys with the nearest known one, wrong types.
 */
export function parseOverlay(value: unknown): Overlay {
  const { problems } = checkSchema(OVERLAY_SCHEMA, value);
  if (problems.length > 0) throw overlayError(problems);
  // The value as it was given: defaults of the schema are no facts and would hide those of the document.
  return value as Overlay;
}

/** One error for all that is wrong with an overlay. */
export function overlayError(problems: readonly { readonly path: string; readonly message: string }[]): ConfigError {
  const lines = problems.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
  return new ConfigError('ERR_OVERLAY', `The overlay is not valid: ${lines.join('; ')}`, { details: { problems } });
}
