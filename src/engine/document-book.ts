import { ConfigError, IntegrationError } from '../core/errors.ts';
import { didYouMean } from '../core/nearest.ts';
import type { Problem } from '../core/validation.ts';
import type { Document, Kind } from './kinds.ts';

/** Documents by kind and identifier. */
export class DocumentBook {
  readonly #byKind = new Map<string, Map<string, Document>>();

  constructor(documents: readonly Document[]) {
    for (const document of documents) {
      const own = this.#byKind.get(document.kind) ?? new Map<string, Document>();
      own.set(document.identifier, document);
      this.#byKind.set(document.kind, own);
    }
  }

  of(kind: Kind): readonly Document[] {
    return [...(this.#byKind.get(kind)?.values() ?? [])];
  }

  find(kind: Kind, identifier: string): Document | undefined {
    return this.#byKind.get(kind)?.get(identifier);
  }

  /**
   * A document that another names at a path.
   *
   * @throws Problems that say what it may be called.
   */
  require(kind: Kind, identifier: string, at: string): Document {
    const found = this.find(kind, identifier);
    if (found) return found;
    const known = [...(this.#byKind.get(kind)?.keys() ?? [])];
    throw new Problems([{ path: at, message: `there is no ${kind} "${identifier}"${didYouMean(identifier, known)}` }]);
  }
}

/** What is wrong with a document. */
export class Problems extends ConfigError {
  readonly problems: readonly Problem[];
  constructor(problems: readonly Problem[]) {
    super('ERR_INVALID', problems.map(({ path, message }) => `${path}: ${message}`).join('; '), {
      details: { problems },
    });
    this.problems = problems;
  }
}

/** What an error says of a document. Throws what is no error of a person. */
export function problemsOf(error: unknown): readonly Problem[] {
  if (!(error instanceof IntegrationError)) throw error;
  const { problems: listed, path } = error.details;
  if (Array.isArray(listed)) return listed as Problem[];
  const isWhole = typeof path === 'string' && path.startsWith('spec.');
  return [{ path: isWhole ? path : 'spec', message: error.message }];
}
