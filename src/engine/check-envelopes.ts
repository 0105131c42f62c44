import { ConfigError } from '../core/errors.ts';
import { didYouMean } from '../core/nearest.ts';
import { checkSchema, type Problem } from '../core/validation.ts';
import { type Document, ENVELOPE, KINDS } from './kinds.ts';
import type { DocumentProblems } from './workspace.ts';

/** A document of an `apply` with the place it came from, for messages. */
export interface Submitted {
  readonly document: unknown;
  /** File name, or another name of the place. */
  readonly source: string;
}

/** A document whose envelope is as it has to be, and where it comes from. */
export interface Checked {
  readonly document: Document;
  readonly source: string;
}

/**
 * Checks what is around the specs, and that no document comes twice.
 *
 * @throws ConfigError ERR_DOCUMENTS_INVALID with all problems of all documents.
 */
export function checkEnvelopes(submitted: readonly Submitted[]): Checked[] {
  const problems: { source: string; problems: Problem[] }[] = [];
  const checked: Checked[] = [];
  const sources = new Map<string, string>();
  for (const { document, source } of submitted) {
    const kindProblem = unknownKind(document);
    const result = checkSchema(ENVELOPE, document);
    const found = kindProblem ? [kindProblem] : result.problems;
    const id = found.length === 0 ? idOf(result.value as Document) : undefined;
    const twin = id === undefined ? undefined : sources.get(id);
    if (twin !== undefined) found.push({ path: 'identifier', message: `the same document is in ${twin}` });
    if (found.length > 0) problems.push({ source, problems: found });
    else checked.push({ document: result.value as Document, source });
    if (id !== undefined) sources.set(id, source);
  }
  if (problems.length > 0) throw documentsInvalid(problems);
  return checked;
}

function unknownKind(document: unknown): Problem | undefined {
  const kind = (document as { kind?: unknown } | null)?.kind;
  const known = Object.keys(KINDS);
  if (typeof kind !== 'string' || known.includes(kind)) return undefined;
  return { path: 'kind', message: `unknown kind "${kind}"${didYouMean(kind, known)}` };
}

/**
 * Refuses documents whose specs are wrong. Problems that were there before in documents that nobody touches do not stand in
 * the way.
 *
 * @throws ConfigError ERR_DOCUMENTS_INVALID
 */
export function refuseProblems(problems: readonly DocumentProblems[], checked: readonly Checked[]): void {
  const touched = new Map(checked.map(({ document, source }) => [idOf(document), source]));
  const own = problems.flatMap((each) => {
    const source = touched.get(`${each.kind}/${each.identifier}`);
    return source === undefined
      ? []
      : [{ source: `${source} (${each.kind} "${each.identifier}")`, problems: each.problems }];
  });
  if (own.length > 0) throw documentsInvalid(own);
}

function documentsInvalid(problems: readonly { source: string; problems: readonly Problem[] }[]): ConfigError {
  const lines = problems.flatMap(({ source, problems: list }) =>
    list.map(({ path, message }) => (path === '' ? `${source}: ${message}` : `${source}: ${path}: ${message}`)),
  );
  return new ConfigError('ERR_DOCUMENTS_INVALID', `Nothing was changed. ${lines.join('; ')}`, {
    details: { problems },
  });
}

/** The name of a document among all. */
export function idOf({ kind, identifier }: { kind: string; identifier: string }): string {
  return `${kind}/${identifier}`;
}
