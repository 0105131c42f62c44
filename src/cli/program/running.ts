import { type Command, Option } from 'commander';
import type { Role } from '../../server/open-engines.ts';
import type { PlanOptions } from '../commands/plan.ts';
import type { SheetOptions } from '../commands/sheet.ts';
import { collect, print } from '../output.ts';
import { createProgress } from '../progress.ts';
import { withApi } from '../with-api.ts';

/** Commands that move records, or tell what would be moved: start, run, plan, sheet. */
export function addRunningCommands(program: Command): void {
  program
    .command('start')
    .description('start the platform: API and worker in one process, or one of them')
    .addOption(new Option('--role <role>', 'what this process does').choices(['all', 'api', 'worker']).default('all'))
    .action(async (options: { role: Role }) => {
      const { start } = await import('../commands/start.ts');
      await start(options);
    });

  program
    .command('run <incoming>')
    .description('read what is new and publish it')
    .option('--wait', 'wait until every task is at rest; exit 0 only when nothing failed', false)
    .option('--json', 'print JSON', false)
    .option('--full', 'take every record again, also what is unchanged', false)
    .action((incoming: string, options: { wait: boolean; json: boolean; full: boolean }) =>
      withApi(async (api) => {
        const { describeRun, run } = await import('../commands/run.ts');
        const { isGood, ...report } = await run(api, incoming, options, createProgress());
        print(options.json ? [JSON.stringify(report)] : describeRun({ ...report, isGood }));
        if (!isGood) process.exitCode = 1;
      }),
    );

  program
    .command('plan <route>')
    .description('tell what a run would do with each record of a route, and change nothing')
    .option('--full', 'plan a run that takes every record again, also what is unchanged', false)
    .option('--limit <records>', 'look at so many records of the source at most')
    .option('--json', 'print JSON lines: one for each record, the last with the totals', false)
    .action((route: string, options: PlanOptions) =>
      withApi(async (api) => {
        const { plan } = await import('../commands/plan.ts');
        const isGood = await plan(api, route, options, (line) => {
          print([line]);
        });
        if (!isGood) process.exitCode = 1;
      }),
    );

  addSheet(program);
}

function addSheet(program: Command): void {
  program
    .command('sheet <file>')
    .description('update records from a CSV or XLSX file, and get it back with what became of each row')
    .requiredOption('--client <client>', 'client that is written to')
    .requiredOption('--entity <entity>', 'its entity, e.g. tickets')
    .option('--key <field>', 'field that tells which record a row is about; by default the id')
    .option('--column <column=field>', 'what a column becomes; "column=" leaves it out; may be repeated', collect, [])
    .option('--name <identifier>', 'of the documents that are made; by default sheet-<client>-<entity>')
    .option('--create', 'rows without a record make one', false)
    .option('--clear-empty', 'empty cells empty their field', false)
    .option('--plan', 'only tell what would be done, row by row', false)
    .option('--out <file>', 'where the sheet with the results goes; by default beside the file')
    .action((file: string, options: SheetOptions) =>
      withApi(async (api) => {
        const { updateFromSheet } = await import('../commands/sheet.ts');
        const output = {
          print: (line: string) => {
            print([line]);
          },
          progress: createProgress(),
        };
        if (!(await updateFromSheet(api, file, options, output))) process.exitCode = 1;
      }),
    );
}
