import type { Logger } from 'pino';
import { checkClient } from '../connector/check-client.ts';
import type { Connector } from '../connector/load.ts';
import type { Sealer } from '../core/sealing.ts';
import type { CallLog } from '../engine/call-log.ts';
import { type ClientHealth, createClientHealth } from '../engine/client-health.ts';
import { type Configuration, createConfiguration } from '../engine/configuration.ts';
import type { Workspace } from '../engine/workspace.ts';
import type { FileInbox } from '../files/inbox/inbox.ts';
import type { OpenableGuard } from '../http/address-guard.ts';
import { withPauseMemory } from '../http/pause-memory.ts';
import type { CallBudget, CallWatch } from '../http/types.ts';
import type { ScriptPool } from '../programs/pool.ts';
import { publishers } from '../publisher/index.ts';
import type { Database } from '../store/database.ts';
import type { Store } from '../store/index.ts';
import { subscribers } from '../subscriber/index.ts';
import { transformers } from '../transformers/index.ts';
import type { Settings } from './settings.ts';
import type { VariableBook } from './variable-book.ts';

/** A probe waits no longer for a client than this. */
const TEST_MS = 60_000;
/** Looks at clients that fail by their own check. */
export function openHealth(
  { timing }: Settings,
  { incidents }: Store,
  log: Logger,
  workspace: () => Promise<Workspace>,
): ClientHealth {
  return createClientHealth({
    incidents,
    check: async (id) => {
      const client = (await workspace()).clients.get(id);
      return client && checkClient(client, AbortSignal.timeout(TEST_MS));
    },
    outgoingsOf: async (client) => {
      const { outgoings } = await workspace();
      return [...outgoings.values()].filter(({ target }) => target.client === client).map(({ id }) => id);
    },
    firstProbeMs: timing.probeMs,
    log,
    now: Date.now,
    random: Math.random,
  });
}

/** What documents are compiled with. */
interface ConfigurationParts {
  readonly store: Store;
  readonly sealer: Sealer;
  readonly connectors: ReadonlyMap<string, Connector>;
  readonly scripts: ScriptPool;
  readonly files: FileInbox;
  readonly guard: OpenableGuard;
  readonly calls: CallLog;
  readonly health: ClientHealth;
  readonly variables: VariableBook;
}

export function openConfiguration(
  { environmentName, outputFolders }: Settings,
  engine: Database['engine'],
  { store, sealer, connectors, scripts, files, guard, calls, health, variables }: ConfigurationParts,
): Configuration {
  return createConfiguration({
    refreshVariables: variables.refresh,
    documents: store.documents,
    sealer,
    workspace: {
      ...{ connectors, transformers, subscribers, publishers, scripts, files, outputFolders },
      environment: environmentName,
      storages: store.storages,
      connect: {
        guard,
        budget: callBudget(store, engine),
        watch: watchCalls(calls, health),
        tokens: store.clients,
        details: store.details,
        variable: variables.lookup,
      },
    },
  });
}

/** Calls of clients are kept for people, and tell how the clients are. */
function watchCalls(calls: CallLog, health: ClientHealth): CallWatch {
  return {
    tried: (client, outcome) => {
      calls.tried(client, outcome);
    },
    answered: (client) => {
      health.answered(client);
    },
    failed: (client, error, stage) => {
      health.failed(client, error, stage);
    },
  };
}

/** An embedded database has one process, which counts places by itself. */
function callBudget({ clients }: Store, engine: Database['engine']): CallBudget {
  return withPauseMemory(engine === 'pglite' ? { ...clients, lease: undefined } : clients);
}
