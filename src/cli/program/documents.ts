import type { Command } from 'commander';
import { print } from '../output.ts';
import { withApi } from '../with-api.ts';

/** Commands about configuration documents: apply, export, validate, test. */
export function addDocumentCommands(program: Command): void {
  program
    .command('apply <path>')
    .description('create or update configuration documents from a file or folder; all or nothing')
    .option('--dry-run', 'only show what would change', false)
    .option('--skip-tests', 'apply although saved tests fail', false)
    .option('--reason <text>', 'why, for the versions of the documents')
    .action(async (path: string, options: { dryRun: boolean; skipTests: boolean; reason?: string }) => {
      const { apply, readDocuments } = await import('../commands/apply.ts');
      const documents = readDocuments(path);
      await withApi(async (api) => {
        print(await apply(api, documents, options));
      });
    });

  program
    .command('export <folder>')
    .description('write all configuration documents to a folder, without secrets')
    .action((folder: string) =>
      withApi(async (api) => {
        const { exportDocuments } = await import('../commands/export.ts');
        print(await exportDocuments(api, folder));
      }),
    );

  program
    .command('validate <path>')
    .description('check a connector, a folder of connectors, or configuration documents, without network')
    .option('--only <operation>', 'check one operation of a connector, e.g. tickets.list')
    .option('--strict', 'take stable lists without a recorded call for failures', false)
    .option('--json', 'print JSON', false)
    .action(async (path: string, options: { only?: string; strict: boolean; json: boolean }) => {
      const { validate } = await import('../commands/validate.ts');
      const { lines, isOk } = await validate(path, options);
      print(lines);
      if (!isOk) process.exitCode = 1;
    });

  program
    .command('test [identifier...]')
    .description('run saved tests of all documents, or of some; exit 0 only when all pass')
    .option('--json', 'print JSON', false)
    .action((identifiers: string[], options: { json: boolean }) =>
      withApi(async (api) => {
        const { runSavedTests } = await import('../commands/test.ts');
        const { lines, isGood } = await runSavedTests(api, identifiers, options);
        print(lines);
        if (!isGood) process.exitCode = 1;
      }),
    );
}
