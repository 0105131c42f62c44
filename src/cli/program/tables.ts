import { type Command, Option } from 'commander';
import { FILE_FORMATS, WRITING_FORMATS } from '../../files/options.ts';
import type { TableOptions } from '../commands/table-file.ts';
import { print } from '../output.ts';
import { withApi } from '../with-api.ts';

/** Commands that take tables out of files and write them to some: storage, value-map. */
export function addTableCommands(program: Command): void {
  const storage = program
    .command('storage')
    .description('take entries of a storage out of a file, or write them to one');
  addTable(storage, 'storages', 'entries of a storage')
    .option('--key <column>', 'column of the key')
    .option('--value <column>', 'column of the value');
  const map = program.command('value-map').description('take rows of a value map out of a file, or write them to one');
  addTable(map, 'value-maps', 'rows of a value map')
    .option('--from <column>', 'column of what comes in')
    .option('--to <column>', 'column of what it becomes');
}

const SEPARATOR = ['--separator <character>', 'CSV: what stands between fields'] as const;

/** Adds export and import; answers import, which has further options. */
function addTable(table: Command, kind: 'storages' | 'value-maps', what: string): Command {
  table
    .command('export <identifier> <file>')
    .description(`write ${what} to a file: CSV, XLSX or NDJSON`)
    .addOption(formatOption(WRITING_FORMATS))
    .option(...SEPARATOR)
    .action((identifier: string, file: string, options: TableOptions) =>
      withApi(async (api) => {
        const { exportTable } = await import('../commands/table-file.ts');
        print(await exportTable(api, kind, identifier, file, options));
      }),
    );

  return table
    .command('import <identifier> <file>')
    .description(`take ${what} out of a file: all of them, or none`)
    .addOption(formatOption(FILE_FORMATS))
    .addOption(new Option('--mode <mode>', 'replace: what is not in the file goes').choices(['add', 'replace']))
    .addOption(
      new Option('--cells <how>', 'json: texts that are JSON count as what they say').choices(['text', 'json']),
    )
    .option(...SEPARATOR)
    .option('--sheet <name>', 'XLSX: the sheet')
    .option('--path <path>', 'JSON, XML: where the rows are')
    .action((identifier: string, file: string, options: TableOptions) =>
      withApi(async (api) => {
        const { importTable } = await import('../commands/table-file.ts');
        print(await importTable(api, kind, identifier, file, options));
      }),
    );
}

function formatOption(known: readonly string[]): Option {
  return new Option('--format <format>', 'by default what the name of the file ends in').choices(known);
}
