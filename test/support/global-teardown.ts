import { rmSync } from 'node:fs';
import { printFaultTable } from './fault-table.ts';
import { stopServices } from './services.ts';

export default async function globalTeardown(): Promise<void> {
  await stopServices();
  const folder = process.env['SLUICE_TEST_FOLDER'];
  if (folder === undefined) return;
  printFaultTable(folder);
  rmSync(folder, { recursive: true, force: true });
}
