import { readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { readDocuments } from '../../src/cli/commands/apply.ts';
import { loadConnectors } from '../../src/connector/load.ts';
import { ConfigError } from '../../src/core/errors.ts';
import type { DataRecord, Json } from '../../src/core/record.ts';
import { createSealer } from '../../src/core/sealing.ts';
import { createConfiguration } from '../../src/engine/configuration.ts';
import { createAddressGuard } from '../../src/http/address-guard.ts';
import { createMemoryCallBudget } from '../../src/http/memory-call-budget.ts';
import { createMemoryTokenStore } from '../../src/http/memory-token-store.ts';
import { publishers } from '../../src/publisher/index.ts';
import { CONNECTORS } from '../../src/server/connector-folder.ts';
import { subscribers } from '../../src/subscriber/index.ts';
import { transformers } from '../../src/transformers/index.ts';
import { FUZZ, fuzzCases, prototypeTraces } from '../support/fuzz.ts';
import { hostileValue, pick, seeded, spoil } from '../support/hostile.ts';
import { ROOT } from '../docs/pages.ts';

/** Sets of documents, each valid as it is: those of the examples, and every example of a step as a saved transformer. */
const SETS: readonly (readonly DataRecord[])[] = [
  ...readdirSync(path.join(ROOT, 'examples')).map((name) =>
    readDocuments(path.join(ROOT, 'examples', name)).map(({ document }) => document as DataRecord),
  ),
  ...[...fuzzCases().values()]
    .flat()
    .map(({ step }) => [{ kind: 'transformer', identifier: 'saved', spec: { transformers: [step] } }]),
];

const configuration = createConfiguration({
  documents: {
    revision: () => Promise.resolve(0),
    all: () => Promise.resolve([]),
    get: () => Promise.resolve(undefined),
    change: () => Promise.resolve(true),
  },
  sealer: createSealer('only for checking, nothing is sealed'),
  workspace: {
    connectors: loadConnectors(fileURLToPath(CONNECTORS)),
    transformers,
    subscribers,
    publishers,
    connect: {
      guard: createAddressGuard({ allow: [] }),
      budget: createMemoryCallBudget(),
      tokens: createMemoryTokenStore(),
      variable: () => 'set',
    },
  },
});

test('documents that somebody spoilt are accepted or refused with their places, and nothing else happens', async () => {
  const random = seeded(FUZZ.seed);
  const before = prototypeTraces();
  const outcomes = { accepted: 0, refused: 0 };
  for (let count = 0; count < FUZZ.records / 10; count += 1) {
    const documents: Json[] = [...pick(random, SETS)];
    const place = Math.floor(random() * documents.length);
    documents[place] = random() < 0.05 ? hostileValue(random) : spoil(random, documents[place] ?? null);
    try {
      const submitted = documents.map((document, index) => ({ source: `document ${index}`, document }));
      await configuration.apply(submitted, { dryRun: true, skipTests: true });
      outcomes.accepted += 1;
    } catch (error) {
      if (!(error instanceof ConfigError)) {
        throw new Error(`${String(error)}\nwith ${JSON.stringify(documents[place]).slice(0, 2_000)}`, { cause: error });
      }
      expect(error.message).not.toBe('');
      outcomes.refused += 1;
    }
  }
  expect(prototypeTraces()).toEqual(before);
  expect(outcomes.refused).toBeGreaterThan(outcomes.accepted / 10);
  if (FUZZ.records > 10_000) process.stdout.write(`${JSON.stringify({ documents: count(outcomes), ...outcomes })}\n`);
}, 600_000);

function count({ accepted, refused }: { readonly accepted: number; readonly refused: number }): number {
  return accepted + refused;
}
