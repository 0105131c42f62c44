import { fileURLToPath } from 'node:url';
import { loadConnectors } from '../connector/load.ts';
import { createSealer } from '../core/sealing.ts';
import type { Submitted } from '../engine/check-envelopes.ts';
import { createConfiguration } from '../engine/configuration.ts';
import { createAddressGuard } from '../http/address-guard.ts';
import { createMemoryCallBudget } from '../http/memory-call-budget.ts';
import { createMemoryTokenStore } from '../http/memory-token-store.ts';
import { publishers } from '../publisher/index.ts';
import { subscribers } from '../subscriber/index.ts';
import { transformers } from '../transformers/index.ts';
import { CONNECTORS } from './connector-folder.ts';
import { type Settings } from './settings.ts';

/**
 * Checks documents on their own, as an apply to an empty platform would. Variables count as set: they belong to the
 * machine that will run them, and saved tests may read them, so these are not run.
 *
 * @throws ConfigError ERR_DOCUMENTS_INVALID
 */
export async function checkDocuments(submitted: readonly Submitted[], settings: Settings): Promise<void> {
  const configuration = createConfiguration({
    documents: {
      revision: () => Promise.resolve(0),
      all: () => Promise.resolve([]),
      get: () => Promise.resolve(undefined),
      change: () => Promise.resolve(true),
    },
    sealer: createSealer('only for checking, nothing is sealed'),
    workspace: {
      connectors: loadConnectors(fileURLToPath(CONNECTORS), ...settings.connectorFolders),
      transformers,
      subscribers,
      publishers,
      connect: {
        guard: createAddressGuard({ allow: settings.allowPrivateNetworks }),
        budget: createMemoryCallBudget(),
        tokens: createMemoryTokenStore(),
        variable: () => 'set',
      },
    },
  });
  await configuration.apply(submitted, { dryRun: true, skipTests: true });
}
