import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import type { DataRecord } from '../src/core/record.ts';
import { createScriptPool } from '../src/programs/pool.ts';
import { ticketRecords } from './chains/records.ts';
import { type Way, waysOf } from './chains/ways.ts';
import { table, whole } from './table.ts';

/** How fast one way is. */
interface Speed {
  readonly name: string;
  /** Records a second of the middle round. */
  readonly recordsPerSecond: number;
  readonly slowest: number;
  readonly fastest: number;
}

/** Records at a time, as sources have them: what came of a page is not kept. */
const PAGE = 500;

const GOALS = { byHand: 0.6, jsonata: 50 } as const;

/**
 * `npm run bench:chains`: a filter and a map of ten fields against the same written by hand, in JSONata and in JMESPath, and
 * as programs of steps, in turn in the same process.
 *
 * Time never fails. What does: a way that gives other records than the one by hand.
 */
async function main(): Promise<boolean> {
  const { records, rounds, json } = readOptions();
  const scripts = createScriptPool({ size: 1 });
  try {
    const ways = waysOf(scripts);
    const source = ticketRecords(records);
    const wrong = await differing(ways, source.slice(0, 2000));
    const speeds = await measure(ways, source, rounds);
    tell(speeds, wrong);
    if (json !== undefined) writeFileSync(json, `${JSON.stringify(toJson(speeds, wrong), undefined, 2)}\n`);
    return wrong.length === 0;
  } finally {
    await scripts.close();
  }
}

function readOptions(): { records: number; rounds: number; json: string | undefined } {
  const { values } = parseArgs({
    options: {
      records: { type: 'string', default: '100000' },
      rounds: { type: 'string', default: '9' },
      json: { type: 'string' },
    },
  });
  return { records: Number(values.records), rounds: Number(values.rounds), json: values.json };
}

/** Names of ways that give something else than the first. */
async function differing(ways: readonly Way[], source: readonly DataRecord[]): Promise<string[]> {
  const wrong: string[] = [];
  let expected: string | undefined;
  for (const way of ways) {
    // A stable order of keys: JSON of the same records is the same text.
    const made = JSON.stringify(await way.run(source));
    expected ??= made;
    if (way.isExact && made !== expected) wrong.push(way.name);
  }
  return wrong;
}

/** Rounds in turn, so that a slow moment of the machine meets all ways; the first one only warms up. */
async function measure(ways: readonly Way[], source: readonly DataRecord[], rounds: number): Promise<Speed[]> {
  const measured = ways.map((way) => ({ way, speeds: [] as number[] }));
  for (let round = 0; round <= rounds; round += 1) {
    for (const { way, speeds } of measured) {
      const share = source.slice(0, Math.max(1, Math.round(source.length * way.share)));
      const start = performance.now();
      for (let from = 0; from < share.length; from += PAGE) {
        const made = way.run(share.slice(from, from + PAGE));
        if (made instanceof Promise) await made;
      }
      const seconds = (performance.now() - start) / 1000;
      if (round > 0) speeds.push(share.length / seconds);
    }
  }
  return measured.map(({ way, speeds }) => {
    const sorted = speeds.toSorted((a, b) => a - b);
    const at = (place: number): number => sorted[Math.floor(place)] ?? 0;
    return { name: way.name, recordsPerSecond: at(sorted.length / 2), slowest: at(0), fastest: at(sorted.length - 1) };
  });
}

function tell(speeds: readonly Speed[], wrong: readonly string[]): void {
  const header = ['way', 'records/s', 'slowest', 'fastest', 'of by hand', 'of map'];
  const [hand, map] = speeds;
  const rows = speeds.map(({ name, recordsPerSecond, slowest, fastest }) => [
    name,
    whole(recordsPerSecond),
    whole(slowest),
    whole(fastest),
    (recordsPerSecond / (hand?.recordsPerSecond ?? 1)).toPrecision(2),
    (recordsPerSecond / (map?.recordsPerSecond ?? 1)).toPrecision(2),
  ]);
  print(table([header, ...rows]));
  const { byHand, jsonata } = ratios(speeds);
  print(
    `\nfilter + map: ${byHand.toFixed(2)} of by hand (goal ${GOALS.byHand}), ${jsonata.toFixed(0)} × JSONata (goal ${GOALS.jsonata})`,
  );
  for (const name of wrong) print(`FAILED: ${name} gives other records than the way by hand`);
}

function ratios(speeds: readonly Speed[]): { byHand: number; jsonata: number } {
  const speedOf = (name: string): number => speeds.find((each) => each.name === name)?.recordsPerSecond ?? Number.NaN;
  const map = speedOf('filter + map');
  return { byHand: map / speedOf('by hand'), jsonata: map / speedOf('JSONata, bare') };
}

function toJson(speeds: readonly Speed[], wrong: readonly string[]): object {
  const machine = { node: process.version, platform: process.platform, cores: availableParallelism() };
  return { at: new Date().toISOString(), machine, speeds, ratios: ratios(speeds), wrong };
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

process.exitCode = (await main()) ? 0 : 1;
