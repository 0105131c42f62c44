import { ConfigError } from '../core/errors.ts';
import { didYouMean } from '../core/nearest.ts';
import { isObject } from '../core/record.ts';
import type { Sealer } from '../core/sealing.ts';
import { checkEnvelopes, idOf, refuseProblems, type Submitted } from './check-envelopes.ts';
import { keepSecrets, maskSecrets, openDocument, sealDocument, withoutSecrets } from './document-secrets.ts';
import { documentOfVersion, type DocumentVersion, showVersion, type StoredVersion } from './document-versions.ts';
import type { Document } from './kinds.ts';
import { isAffected } from './testing/chains.ts';
import { requirePassed, runSavedTests } from './testing/saved-tests.ts';
import { movedNote } from './moved-client.ts';
import { requireOpenNetworks } from './open-networks.ts';
import { compileWorkspace, type WorkspaceDeps } from './compile-workspace.ts';
import type { Workspace } from './workspace.ts';

/** Where documents are kept. */
export interface DocumentStore {
  revision(): Promise<number>;
  all(): Promise<{ kind: string; identifier: string; body: string; updatedAt: number }[]>;
  get(kind: string, identifier: string): Promise<{ body: string; version: number } | undefined>;
  change(
    changes: readonly DocumentChange[],
    expectedRevision: number,
    now: number,
    author: Author | undefined,
  ): Promise<boolean>;
}

/** One document of a change. */
type DocumentChange = { kind: string; identifier: string; before?: unknown; after?: unknown } & (
  { action: 'write'; body: string } | { action: 'delete' }
);

/** Who changes documents, for their versions and the audit trail. */
export interface Author {
  readonly name: string;
  readonly address: string | null;
  readonly reason?: string | undefined;
  /** Whether they may let clients call into private networks. */
  readonly mayOpenNetworks?: boolean;
}

export interface ConfigurationDeps {
  readonly documents: DocumentStore;
  readonly sealer: Sealer;
  readonly workspace: WorkspaceDeps;
  /** Reads anew what documents name by `${NAME}`; before every compilation. */
  readonly refreshVariables?: () => Promise<void>;
}

/** One line of what an `apply` does. */
export interface PlannedChange {
  readonly action: 'create' | 'update' | 'unchanged' | 'delete';
  readonly kind: string;
  readonly identifier: string;
  /** What follows from the change, where that is not to be seen from it. */
  readonly note?: string;
}

/** How documents are applied. */
export interface ApplyOptions {
  readonly dryRun?: boolean;
  /** Lets a change through whose saved tests fail. */
  readonly skipTests?: boolean;
  readonly author?: Author | undefined;
  /** Version that the one document has to have, else ERR_VERSION_CONFLICT; 0 for one that must not be there. */
  readonly expected?: number | undefined;
}

/** Reads, checks and changes the configuration. */
export interface Configuration {
  /**
   * The current version, compiled; the same object until something changes.
   *
   * @param maxAgeMs How long ago it may have been looked at whether another process changed it; 0 looks now.
   */
  current(maxAgeMs?: number): Promise<Workspace>;
  /**
   * Creates or updates documents: all or nothing.
   *
   * Saved tests of what changes, and of what runs it, have to pass.
   *
   * @throws ConfigError ERR_DOCUMENTS_INVALID with every problem by source and path, ERR_TESTS_FAILED with the tests;
   *   nothing is changed then.
   */
  apply(submitted: readonly Submitted[], options?: ApplyOptions): Promise<readonly PlannedChange[]>;
  /**
   * The configuration as it would be with these documents, compiled and not live, for a plan of what they would do.
   * Who asks closes it.
   *
   * @throws ConfigError ERR_DOCUMENTS_INVALID
   */
  draft(submitted: readonly Submitted[]): Promise<Workspace>;
  /** Deletes a document; refused while another refers to it. */
  remove(kind: string, identifier: string, options?: Pick<ApplyOptions, 'author' | 'expected'>): Promise<void>;
  /** All documents without secrets, in stable order. */
  export(): Promise<readonly Document[]>;
  /** A version for people, against the one before. */
  showVersion(version: StoredVersion, previous: StoredVersion | undefined): DocumentVersion;
  /** What is applied to bring a version back. */
  documentOfVersion(body: string, isThere: boolean): Document;
  /** A document without its secrets. */
  hideSecrets(document: Document): Document;
  /** A document with the secrets of another one where it says none. */
  keepSecrets(document: Document, before: Document): Document;
  close(): void;
}

/** How often a change is tried again when another process was faster; changes of this process wait for each other. */
const MAX_RACES = 20;

/** Makes the configuration service over the stored documents. */
export function createConfiguration(deps: ConfigurationDeps): Configuration {
  let compiled: Workspace | undefined;
  let compiling: { readonly revision: number; readonly workspace: Promise<Workspace> } | undefined;
  let checkedAt = 0;
  let changes = 0;
  const inTurn = createTurns();

  async function current(maxAgeMs = 0): Promise<Workspace> {
    const now = Date.now();
    if (compiled && now - checkedAt < maxAgeMs) return compiled;
    const asOf = changes;
    const revision = await deps.documents.revision();
    if (compiled?.revision !== revision) {
      if (compiling?.revision !== revision) compiling = { revision, workspace: compile(revision) };
      // The one before is not closed: batches that began with it finish on it, and its idle connections end by themselves.
      compiled = await compiling.workspace;
    }
    // Who asks meanwhile must not get the one before as if it had just been looked at.
    if (asOf === changes) checkedAt = now;
    return compiled;
  }

  async function compile(revision: number): Promise<Workspace> {
    try {
      await deps.refreshVariables?.();
      return compileWorkspace(revision, await openDocuments(deps), deps.workspace);
    } catch (error) {
      compiling = undefined;
      throw error;
    }
  }

  const forget = (): void => {
    checkedAt = 0;
    changes += 1;
  };

  return {
    current,
    apply: (submitted, options) =>
      inTurn(() => retryRaces(() => applyOnce(deps, submitted, options ?? {}))).finally(forget),
    draft: async (submitted) => (await draftOf(deps, submitted, false)).workspace,
    remove: (kind, identifier, options) =>
      inTurn(() => retryRaces(() => removeOnce(deps, { kind, identifier }, options ?? {}))).finally(forget),
    export: async () =>
      (await openDocuments(deps)).map((document) => withoutSecrets(document, deps.workspace.connectors)),
    showVersion: (version, previous) => showVersion(version, previous, deps),
    documentOfVersion: (body, isThere) => documentOfVersion(body, isThere, deps),
    hideSecrets: (document) => withoutSecrets(document, deps.workspace.connectors),
    keepSecrets: (document, before) => keepSecrets(document, before, deps.workspace.connectors),
    close: () => compiled?.close(),
  };
}

/** Runs what is given one after the other. */
function createTurns(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = last.then(work);
    last = result.catch(() => undefined);
    return result;
  };
}

class Race extends Error {}

async function retryRaces<T>(work: () => Promise<T>): Promise<T> {
  for (let race = 0; ; race += 1) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Race) || race >= MAX_RACES) throw error;
    }
  }
}

async function applyOnce(
  deps: ConfigurationDeps,
  submitted: readonly Submitted[],
  { dryRun = false, skipTests = false, author, expected }: ApplyOptions,
): Promise<readonly PlannedChange[]> {
  const revision = await deps.documents.revision();
  const checked = checkEnvelopes(submitted);
  for (const { document } of checked) await requireVersion(deps, document, expected);
  const { byId, incoming, merged, workspace } = await draftOf(deps, submitted, author?.mayOpenNetworks ?? dryRun);
  workspace.close();
  const plan = incoming.map((document) => {
    const before = byId.get(idOf(document));
    return { document, change: { ...plannedChange(document, before), ...movedNote(document, before, deps.workspace) } };
  });
  const isChanged = new Set(
    plan.filter(({ change }) => change.action !== 'unchanged').map(({ document }) => idOf(document)),
  );
  if (!skipTests && isChanged.size > 0)
    await requireTests(withoutProblems(merged.values(), workspace), isChanged, deps);
  const changes = plan
    .filter(({ change }) => change.action !== 'unchanged')
    .map(({ document }) => toWrite(document, byId.get(idOf(document)), deps));
  if (dryRun || changes.length === 0) return plan.map(({ change }) => change);
  if (!(await deps.documents.change(changes, revision, Date.now(), author))) throw new Race();
  return plan.map(({ change }) => change);
}

/** The documents as they would be, compiled. Throws ConfigError ERR_DOCUMENTS_INVALID, ERR_NETWORKS. */
async function draftOf(deps: ConfigurationDeps, submitted: readonly Submitted[], mayOpenNetworks: boolean) {
  const revision = await deps.documents.revision();
  await deps.refreshVariables?.();
  const existing = await openDocuments(deps);
  const checked = checkEnvelopes(submitted);
  const byId = new Map(existing.map((document) => [idOf(document), document]));
  const incoming = checked.map(({ document }) =>
    keepSecrets(document, byId.get(idOf(document)), deps.workspace.connectors),
  );
  if (!mayOpenNetworks) for (const document of incoming) requireOpenNetworks(document, byId.get(idOf(document)));
  const merged = new Map(byId);
  for (const document of incoming) merged.set(idOf(document), document);
  const workspace = compileWorkspace(revision, [...merged.values()], deps.workspace);
  try {
    refuseProblems(workspace.problems, checked);
  } catch (error) {
    workspace.close();
    throw error;
  }
  return { byId, incoming, merged, workspace };
}

/** What is wrong already, and not touched, is not tested. */
function withoutProblems(documents: Iterable<Document>, { problems }: Workspace): Document[] {
  const broken = new Set(problems.map(idOf));
  return [...documents].filter((document) => !broken.has(idOf(document)));
}

/** Runs the saved tests of what changes, and of what runs it. */
async function requireTests(
  documents: readonly Document[],
  changed: ReadonlySet<string>,
  { workspace: { transformers, connect, environment, scripts } }: ConfigurationDeps,
): Promise<void> {
  const hasTests = ({ spec: { tests } }: Document): boolean => Array.isArray(tests) && tests.length > 0;
  const tested = documents.filter((document) => hasTests(document) && isAffected(document, changed, documents));
  const deps = { documents, transformers, variable: connect.variable, environment, scripts };
  requirePassed(await runSavedTests(tested, deps));
}

async function removeOnce(
  deps: ConfigurationDeps,
  { kind, identifier }: { readonly kind: string; readonly identifier: string },
  { author, expected }: ApplyOptions,
): Promise<void> {
  const revision = await deps.documents.revision();
  await requireVersion(deps, { kind, identifier }, expected);
  const existing = await openDocuments(deps);
  const rest = existing.filter((document) => document.kind !== kind || document.identifier !== identifier);
  if (rest.length === existing.length) {
    const known = existing.filter((document) => document.kind === kind).map((document) => document.identifier);
    throw new ConfigError('ERR_NOT_FOUND', `There is no ${kind} "${identifier}"${didYouMean(identifier, known)}`);
  }
  const before = compileWorkspace(revision, existing, deps.workspace);
  const after = compileWorkspace(revision, rest, deps.workspace);
  before.close();
  after.close();
  const known = new Set(before.problems.map((each) => `${each.kind}/${each.identifier}`));
  const broken = after.problems.filter((each) => !known.has(`${each.kind}/${each.identifier}`));
  if (broken.length > 0) {
    const users = broken.map((each) => `${each.kind} "${each.identifier}"`).join(', ');
    throw new ConfigError(
      'ERR_IN_USE',
      `The ${kind} "${identifier}" is used by ${users}; change or delete these first`,
    );
  }
  const gone = existing.find((document) => document.kind === kind && document.identifier === identifier);
  const change = {
    ...{ action: 'delete' as const, kind, identifier },
    before: gone && maskSecrets(gone, deps.workspace.connectors),
  };
  if (!(await deps.documents.change([change], revision, Date.now(), author))) throw new Race();
}

/** Whoever changes what another has changed in the meantime is told, and changes nothing. */
async function requireVersion(
  { documents }: ConfigurationDeps,
  { kind, identifier }: { readonly kind: string; readonly identifier: string },
  expected: number | undefined,
): Promise<void> {
  if (expected === undefined) return;
  const version = (await documents.get(kind, identifier))?.version ?? 0;
  if (version === expected) return;
  const now = version === 0 ? 'is not there' : `is at version ${version}`;
  const meant = expected === 0 ? 'you meant to create it' : `you changed version ${expected}`;
  throw new ConfigError('ERR_VERSION_CONFLICT', `The ${kind} "${identifier}" ${now}, and ${meant}; look at it again`, {
    details: { version, expected },
  });
}

function plannedChange(document: Document, before: Document | undefined): PlannedChange {
  const { kind, identifier } = document;
  if (!before) return { action: 'create', kind, identifier };
  const isSame = canonical(document) === canonical(before);
  return { action: isSame ? 'unchanged' : 'update', kind, identifier };
}

/** The same text for documents that differ only in the order of keys. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) =>
    isObject(each) ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1))) : each,
  );
}

/** Documents as stored, their secrets opened. */
async function openDocuments({ documents, sealer }: ConfigurationDeps): Promise<Document[]> {
  const stored = await documents.all();
  return stored.map(({ body }) => openDocument(body, sealer));
}

function toWrite(document: Document, before: Document | undefined, { sealer, workspace }: ConfigurationDeps) {
  const { connectors } = workspace;
  const { kind, identifier } = document;
  return {
    ...{ action: 'write' as const, kind, identifier, body: sealDocument(document, sealer, connectors) },
    ...(before && { before: maskSecrets(before, connectors) }),
    after: maskSecrets(document, connectors, before),
  };
}
