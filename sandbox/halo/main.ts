import { parseArgs } from 'node:util';
import { startSandboxHalo } from './server.ts';

/** Runs a sandbox Halo until it is told to stop: `node dist/sandbox/halo/main.js --port 8090 --tickets 2000`. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '8090' },
      tickets: { type: 'string', default: '500' },
      assets: { type: 'string', default: '120' },
      synthetic: { type: 'string', default: '0' },
      'no-rate-limit': { type: 'boolean', default: false },
    },
  });
  const tickets = readCount(values.tickets, '--tickets');
  const halo = await startSandboxHalo({
    port: readCount(values.port, '--port'),
    syntheticTickets: readCount(values.synthetic, '--synthetic'),
    seed: { tickets, actions: tickets * 2, assets: readCount(values.assets, '--assets'), inactiveEvery: 25 },
    ...(values['no-rate-limit'] ? { rateLimit: false } : {}),
  });
  print(`Sandbox Halo      ${halo.url}`);
  print(`Auth server       ${halo.authUrl}`);
  print(`Tenant            ${halo.tenant}`);
  print(`Client id/secret  ${halo.clientId} / ${halo.clientSecret}`);
  print(`Agent             ${halo.username} / ${halo.password}`);
  const stop = (): void => void halo.close();
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

function readCount(text: string, name: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 0) throw new Error(`${name} takes a whole number, not "${text}"`);
  return count;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

await main();
