import { text } from 'node:stream/consumers';
import { Command, Option } from 'commander';
import { FILE_FORMATS } from '../files/options.ts';
import { WRITING_FORMATS } from '../files/write-rows.ts';
import type { Role } from '../server/platform.ts';
import { ROLE_NAMES } from '../server/permissions.ts';
import { readSettings } from '../server/settings.ts';
import { VERSION } from '../server/version.ts';
import { type Api, openApi } from './api.ts';
import { apply, readDocuments } from './commands/apply.ts';
import { call, type CallArguments } from './commands/call.ts';
import { check } from './commands/check.ts';
import { type ClientTypesOptions, writeClientTypes } from './commands/client-types.ts';
import { connect } from './commands/connect.ts';
import { listConnectors, newConnector, showConnector } from './commands/connector.ts';
import { doctor } from './commands/doctor.ts';
import { exportDocuments } from './commands/export.ts';
import { applyImported } from './commands/apply-imported.ts';
import { importExport } from './commands/import-alumio.ts';
import { importConnector, type ImportOptions } from './commands/import-open-api.ts';
import { plan, type PlanOptions } from './commands/plan.ts';
import { rotateKeys } from './commands/rotate-keys.ts';
import { describeRun, run } from './commands/run.ts';
import { type SheetOptions, updateFromSheet } from './commands/sheet.ts';
import { start } from './commands/start.ts';
import { exportTable, importTable, type TableOptions } from './commands/table-file.ts';
import { runSavedTests } from './commands/test.ts';
import { applyTemplate, listTemplates, showTemplate, type TemplateOptions } from './commands/template.ts';
import { addUser, disableUser, listUsers, type PasswordOptions, resetPassword } from './commands/user.ts';
import { validate } from './commands/validate.ts';
import { listVariables, removeVariable, setVariable } from './commands/variable.ts';
import { setUpWebhook, type WebhookOptions } from './commands/webhook.ts';
import { createProgress } from './progress.ts';

/** The `sluice` command. What it prints goes to standard output; a failure is thrown, or told by `process.exitCode`. */
export const program = new Command('sluice')
  .version(VERSION)
  .description(
    'Connects systems without losing a record. Talks to SLUICE_URL, to the Sluice that holds SLUICE_DATA, or opens it itself.',
  )
  .showHelpAfterError();

program
  .command('start')
  .description('start the platform: API and worker in one process, or one of them')
  .addOption(new Option('--role <role>', 'what this process does').choices(['all', 'api', 'worker']).default('all'))
  .action((options: { role: Role }) => start(options));

program
  .command('apply <path>')
  .description('create or update configuration documents from a file or folder; all or nothing')
  .option('--dry-run', 'only show what would change', false)
  .option('--skip-tests', 'apply although saved tests fail', false)
  .option('--reason <text>', 'why, for the versions of the documents')
  .action(async (path: string, options: { dryRun: boolean; skipTests: boolean; reason?: string }) => {
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
      print(await exportDocuments(api, folder));
    }),
  );

program
  .command('run <incoming>')
  .description('read what is new and publish it')
  .option('--wait', 'wait until every task is at rest; exit 0 only when nothing failed', false)
  .option('--json', 'print JSON', false)
  .option('--full', 'take every record again, also what is unchanged', false)
  .action((incoming: string, options: { wait: boolean; json: boolean; full: boolean }) =>
    withApi(async (api) => {
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
      const isGood = await plan(api, route, options, (line) => {
        print([line]);
      });
      if (!isGood) process.exitCode = 1;
    }),
  );

program
  .command('test [identifier...]')
  .description('run saved tests of all documents, or of some; exit 0 only when all pass')
  .option('--json', 'print JSON', false)
  .action((identifiers: string[], options: { json: boolean }) =>
    withApi(async (api) => {
      const { lines, isGood } = await runSavedTests(api, identifiers, options);
      print(lines);
      if (!isGood) process.exitCode = 1;
    }),
  );

program
  .command('call <client> <operation>')
  .description('make one call, e.g. "call halo tickets.get --path id=12", and print the answer')
  .option('--path <name=value>', 'path parameter', collect, [])
  .option('--query <name=value>', 'query parameter', collect, [])
  .option('--data <json>', 'body as JSON, or @file')
  .option('--pages <number>', 'read rows, so many pages at most')
  .option('--since <time>', 'read only what changed since then, e.g. 2026-11-01T08:00:00Z')
  .option(
    '--explain',
    'tell every request, which rule decided about its answer, and why each page was the last or not',
    false,
  )
  .action((client: string, operation: string, options: CallArguments) =>
    withApi(async (api) => {
      const { answer, explanation } = await call(api, client, operation, options);
      for (const line of explanation) process.stderr.write(`${line}\n`);
      print([JSON.stringify(answer, null, 2)]);
    }),
  );

program
  .command('webhook <incoming>')
  .description('tell the system of an incoming to send its events here; done again it changes nothing')
  .option('--url <address>', 'where the system reaches this server; by default SLUICE_PUBLIC_URL')
  .option('--event <name>', 'only this event; may be repeated', collect, [])
  .action((incoming: string, options: WebhookOptions) =>
    withApi(async (api) => {
      print(await setUpWebhook(api, incoming, options));
    }),
  );

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
      const output = {
        print: (line: string) => {
          print([line]);
        },
        progress: createProgress(),
      };
      if (!(await updateFromSheet(api, file, options, output))) process.exitCode = 1;
    }),
  );

program
  .command('client-types <client>')
  .description('write a TypeScript client for what a client can do: one file that needs nothing but fetch')
  .requiredOption('--out <file>', 'where it is written, e.g. src/halo.ts')
  .option('--entities <names>', 'only these, with commas between; everything without it')
  .action((client: string, options: ClientTypesOptions) =>
    withApi(async (api) => {
      print(await writeClientTypes(api, client, options));
    }),
  );

program
  .command('mcp')
  .description('serve the Model Context Protocol over standard input and output, for assistants that start programs')
  .option('--clients <names>', 'clients whose named actions become tools, with commas between')
  .action(({ clients }: { clients?: string }) =>
    withApi(async (api) => {
      // Loaded only here: the protocol's library would slow every other command down.
      const { serveMcp } = await import('./commands/mcp.ts');
      await serveMcp(api, clients);
    }),
  );

program
  .command('check <client>')
  .description('test a connection step by step: address, TLS, tenant, token, scope, first read')
  .option('--json', 'print JSON', false)
  .action((client: string, options: { json: boolean }) =>
    withApi(async (api) => {
      const { ok, lines, steps } = await check(api, client);
      print(options.json ? [JSON.stringify({ ok, steps })] : lines);
      if (!ok) process.exitCode = 1;
    }),
  );

program
  .command('connect <client>')
  .description('sign in for a client as a person: print the address to open in a browser, and wait until it is done')
  .option('--no-wait', 'only print the address')
  .action((client: string, options: { wait: boolean }) => {
    const settings = readSettings(process.env);
    // The system sends the browser back to this address, so it has to be the one that is known there.
    return withApi(async (api) => {
      await connect(api, client, options, (line) => {
        print([line]);
      });
    }, settings.port);
  });

program
  .command('validate <path>')
  .description('check a connector, a folder of connectors, or configuration documents, without network')
  .option('--only <operation>', 'check one operation of a connector, e.g. tickets.list')
  .option('--strict', 'take stable lists without a recorded call for failures', false)
  .option('--json', 'print JSON', false)
  .action(async (path: string, options: { only?: string; strict: boolean; json: boolean }) => {
    const { lines, isOk } = await validate(path, options);
    print(lines);
    if (!isOk) process.exitCode = 1;
  });

program
  .command('doctor')
  .description('look at settings, key, disk, database, Redis and audit trail; exit 0 only when nothing failed')
  .option('--json', 'print JSON', false)
  .action(async (options: { json: boolean }) => {
    const { lines, isGood } = await doctor(options);
    print(lines);
    if (!isGood) process.exitCode = 1;
  });

program
  .command('rotate-keys')
  .description('seal every secret with the key of SLUICE_KEY; SLUICE_KEY_ACCEPTED holds the one before')
  .action(() =>
    withApi(async (api) => {
      print(await rotateKeys(api));
    }),
  );

const user = program.command('user').description('who may sign in');

const PASSWORD_STDIN = [
  '--password-stdin',
  'read the password from standard input; else one is made and shown once',
  false,
] as const;

user
  .command('add <name>')
  .description('make a user')
  .addOption(new Option('--role <role>', 'what the user may do').choices(ROLE_NAMES).default('viewer'))
  .option(...PASSWORD_STDIN)
  .action((name: string, options: PasswordOptions & { role: string }) =>
    withApi(async (api) => {
      print(await addUser(api, name, options.role, options));
    }),
  );

user
  .command('list')
  .description('list users')
  .action(() =>
    withApi(async (api) => {
      print(await listUsers(api));
    }),
  );

for (const [command, isDisabled] of [['disable', true] as const, ['enable', false] as const]) {
  user
    .command(`${command} <name>`)
    .description(isDisabled ? 'let a user sign in no more, and end the sessions' : 'let a user sign in again')
    .action((name: string) =>
      withApi(async (api) => {
        print(await disableUser(api, name, isDisabled));
      }),
    );
}

user
  .command('reset-password <name>')
  .description('give a user another password, and end the sessions')
  .option(...PASSWORD_STDIN)
  .action((name: string, options: PasswordOptions) =>
    withApi(async (api) => {
      print(await resetPassword(api, name, options));
    }),
  );

const variable = program.command('variable').description('what documents read by ${NAME}, kept on the server');

variable
  .command('list')
  .description('list variables; secrets without their value')
  .action(() =>
    withApi(async (api) => {
      print(await listVariables(api));
    }),
  );

variable
  .command('set <name>')
  .description('set a variable to what comes by standard input')
  .option('--plain', 'it is no secret, and may be shown', false)
  .option('--reason <reason>', 'why, for the audit trail')
  .action((name: string, options: { plain: boolean; reason?: string }) =>
    withApi(async (api) => {
      print(await setVariable(api, name, (await text(process.stdin)).replace(/\r?\n$/, ''), options));
    }),
  );

variable
  .command('remove <name>')
  .description('remove a variable')
  .action((name: string) =>
    withApi(async (api) => {
      print(await removeVariable(api, name));
    }),
  );

for (const [name, kind, what] of [
  ['storage', 'storages', 'entries of a storage'],
  ['value-map', 'value-maps', 'rows of a value map'],
] as const) {
  const table = program.command(name).description(`take ${what} out of a file, or write them to one`);
  const separator = ['--separator <character>', 'CSV: what stands between fields'] as const;
  const format = (known: readonly string[]): Option =>
    new Option('--format <format>', 'by default what the name of the file ends in').choices(known);

  table
    .command('export <identifier> <file>')
    .description(`write ${what} to a file: CSV, XLSX or NDJSON`)
    .addOption(format(WRITING_FORMATS))
    .option(...separator)
    .action((identifier: string, file: string, options: TableOptions) =>
      withApi(async (api) => {
        print(await exportTable(api, kind, identifier, file, options));
      }),
    );

  const read = table
    .command('import <identifier> <file>')
    .description(`take ${what} out of a file: all of them, or none`)
    .addOption(format(FILE_FORMATS))
    .addOption(new Option('--mode <mode>', 'replace: what is not in the file goes').choices(['add', 'replace']))
    .addOption(
      new Option('--cells <how>', 'json: texts that are JSON count as what they say').choices(['text', 'json']),
    )
    .option(...separator)
    .option('--sheet <name>', 'XLSX: the sheet')
    .option('--path <path>', 'JSON, XML: where the rows are')
    .action((identifier: string, file: string, options: TableOptions) =>
      withApi(async (api) => {
        print(await importTable(api, kind, identifier, file, options));
      }),
    );
  if (name === 'storage') {
    read.option('--key <column>', 'column of the key').option('--value <column>', 'column of the value');
  } else read.option('--from <column>', 'column of what comes in').option('--to <column>', 'column of what it becomes');
}

const connector = program.command('connector').description('list connectors, show what they can do, begin a new one');

connector
  .command('list')
  .description('list every connector there is')
  .action(() => {
    print(listConnectors(readSettings(process.env)));
  });

connector
  .command('show <name> [entity]')
  .description('show the calls of a connector, or those of one entity with their parameters')
  .action((name: string, entity: string | undefined) => {
    print(showConnector(readSettings(process.env), name, entity));
  });

connector
  .command('new <name>')
  .description('write the files of a connector to start from')
  .option('--folder <folder>', 'where its folder is made', 'connector')
  .action((name: string, { folder }: { folder: string }) => {
    print(newConnector(name, folder));
  });

const template = program.command('template').description('ready-made integrations: list them, fill their form');

template
  .command('list')
  .description('list every template there is')
  .action(() =>
    withApi(async (api) => {
      print(await listTemplates(api));
    }),
  );

template
  .command('show <name>')
  .description('show what a template does and its options')
  .action((name: string) =>
    withApi(async (api) => {
      print(await showTemplate(api, name));
    }),
  );

template
  .command('apply <name>')
  .description('make the documents of a template; all or nothing')
  .option('--set <name=value>', 'an option; lists and objects as JSON', collect, [])
  .option('--options <file>', 'options as a JSON object in a file; --set comes before them')
  .option('--dry-run', 'only show what would change', false)
  .action((name: string, options: TemplateOptions) =>
    withApi(async (api) => {
      print(await applyTemplate(api, name, options));
    }),
  );

const importing = program.command('import').description('bring in what was made elsewhere');

importing
  .command('alumio <export>')
  .description('make documents of an Alumio export: an .ndjson file, or a folder of them')
  .option('--out <folder>', 'write the documents to a folder that is not there yet')
  .option('--apply', 'apply the documents', false)
  .option('--json', 'print the report as JSON', false)
  .action(async (target: string, options: { out?: string; apply: boolean; json: boolean }) => {
    const { lines, documents } = await importExport(target, options);
    if (options.apply) {
      await withApi(async (api) => {
        const applied = await applyImported(api, documents);
        print(options.json ? lines : [...lines, ...applied]);
      });
    } else print(lines);
  });

importing
  .command('openapi <file>')
  .description('make or update a connector from an OpenAPI 2.0, 3.0 or 3.1 file in JSON, without network')
  .requiredOption('--out <folder>', 'folder of the connector, e.g. connector/example')
  .option('--overlay <file>', 'facts that OpenAPI lacks: paging, keys, what changed')
  .option('--name <connector>', "name of the connector; by default the folder's")
  .option('--write-source <file>', 'also write a copy of the description with nothing but facts')
  .option('--dry-run', 'only show what would change', false)
  .action((file: string, options: ImportOptions) => {
    print(importConnector(file, options));
  });

/** Opens the API for one command and closes it whatever happens. */
async function withApi(work: (api: Api) => Promise<void>, port = 0): Promise<void> {
  const api = await openApi(readSettings(process.env), port);
  try {
    await work(api);
  } finally {
    await api.close();
  }
}

function collect(value: string, before: string[]): string[] {
  return [...before, value];
}

function print(lines: readonly string[]): void {
  for (const line of lines) process.stdout.write(`${line}\n`);
}
