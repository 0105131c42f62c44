import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { announceToken } from '../src/cli/api.ts';
import { freshFolder, say, startPlatform, tell } from './platform.ts';
import { SYSTEMS, type StartedSystem } from './systems.ts';

const FOLDER = 'sandbox-data';

/**
 * `npm run sandbox -- ninjaone halo`: starts made-up systems on this machine and an empty Sluice beside them, and writes
 * the client documents that reach them. Everything lives in a folder of its own that is made anew each time.
 */
async function main(): Promise<void> {
  const given = process.argv.slice(2);
  const names = given.length > 0 ? [...new Set(given)] : ['ninjaone', 'halo'];
  const unknown = names.filter((name) => !SYSTEMS.has(name));
  if (unknown.length > 0) {
    process.stderr.write(`There is no ${unknown.join(', ')}; there are ${[...SYSTEMS.keys()].join(', ')}.\n`);
    process.exitCode = 2;
    return;
  }
  const folder = freshFolder(FOLDER);
  const systems: StartedSystem[] = [];
  for (const name of names) {
    const started = await SYSTEMS.get(name)?.(name);
    if (started) systems.push(started);
  }
  const clients = path.join(folder, 'clients.json');
  writeFileSync(
    clients,
    `${JSON.stringify(
      systems.map(({ client }) => client),
      null,
      2,
    )}\n`,
  );
  const { url, platform } = await startPlatform(folder, async () => {
    for (const system of systems) await system.close();
  });
  say('Made-up systems that run on this machine:');
  tell(systems.map((system) => `${system.name.padEnd(16)} ${system.url}`));
  say(`Sluice is at ${url}, and empty. In another terminal:`);
  tell([`export SLUICE_DATA=${FOLDER}`, `npx sluice apply ${FOLDER}/clients.json`, 'npx sluice template list']);
  say('A guide goes on from there: docs/guides. What you do is gone with the next start.');
  if (platform.newToken !== undefined) announceToken(platform.newToken);
  say('Ctrl+C stops it.');
}

await main();
