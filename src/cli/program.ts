import { Command } from 'commander';
import { VERSION } from '../server/version.ts';
import { addClientCommands } from './program/clients.ts';
import { addConnectorCommands } from './program/connectors.ts';
import { addDocumentCommands } from './program/documents.ts';
import { addInstallationCommands } from './program/installation.ts';
import { addRunningCommands } from './program/running.ts';
import { addTableCommands } from './program/tables.ts';

/**
 * The `sluice` command. What it prints goes to standard output; a failure is thrown, or told by `process.exitCode`.
 *
 * A command loads what it does only when it is asked for: reading all of Sluice takes longer than most of them.
 */
export const program = new Command('sluice')
  .version(VERSION)
  .description(
    'Connects systems without losing a record. Talks to SLUICE_URL, to the Sluice that holds SLUICE_DATA, or opens it itself.',
  )
  .showHelpAfterError();

for (const add of [
  addRunningCommands,
  addDocumentCommands,
  addClientCommands,
  addConnectorCommands,
  addTableCommands,
  addInstallationCommands,
]) {
  add(program);
}
