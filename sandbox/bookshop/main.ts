import { parseArgs } from 'node:util';
import { startBookshop } from './server.ts';

/** Runs the bookshop until it is told to stop: `npm run bookshop -- --port 8095`. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { port: { type: 'string', default: '8095' } } });
  const shop = await startBookshop({ port: Number(values.port) });
  process.stdout.write(`Bookshop  ${shop.url}\nKey       ${shop.key}\n`);
  const stop = (): void => void shop.close();
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

await main();
