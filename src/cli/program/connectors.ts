import type { Command } from 'commander';
import { readSettings } from '../../server/settings.ts';
import type { ImportOptions } from '../commands/import-open-api.ts';
import type { TemplateOptions } from '../commands/template.ts';
import { collect, print } from '../output.ts';
import { withApi } from '../with-api.ts';

/** Commands about what is ready made, or made elsewhere: connector, template, import. */
export function addConnectorCommands(program: Command): void {
  addConnectors(program.command('connector').description('list connectors, show what they can do, begin a new one'));
  addTemplates(program.command('template').description('ready-made integrations: list them, fill their form'));
  addImports(program.command('import').description('bring in what was made elsewhere'));
}

function addConnectors(connector: Command): void {
  connector
    .command('list')
    .description('list every connector there is')
    .action(async () => {
      const { listConnectors } = await import('../commands/connector.ts');
      print(listConnectors(readSettings(process.env)));
    });

  connector
    .command('show <name> [entity]')
    .description('show the calls of a connector, or those of one entity with their parameters')
    .action(async (name: string, entity: string | undefined) => {
      const { showConnector } = await import('../commands/connector.ts');
      print(showConnector(readSettings(process.env), name, entity));
    });

  connector
    .command('new <name>')
    .description('write the files of a connector to start from')
    .option('--folder <folder>', 'where its folder is made', 'connector')
    .action(async (name: string, { folder }: { folder: string }) => {
      const { newConnector } = await import('../commands/connector.ts');
      print(newConnector(name, folder));
    });
}

function addTemplates(template: Command): void {
  template
    .command('list')
    .description('list every template there is')
    .action(() =>
      withApi(async (api) => {
        const { listTemplates } = await import('../commands/template.ts');
        print(await listTemplates(api));
      }),
    );

  template
    .command('show <name>')
    .description('show what a template does and its options')
    .action((name: string) =>
      withApi(async (api) => {
        const { showTemplate } = await import('../commands/template.ts');
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
        const { applyTemplate } = await import('../commands/template.ts');
        print(await applyTemplate(api, name, options));
      }),
    );
}

function addImports(importing: Command): void {
  importing
    .command('alumio <export>')
    .description('make documents of an Alumio export: an .ndjson file, or a folder of them')
    .option('--out <folder>', 'write the documents to a folder that is not there yet')
    .option('--apply', 'apply the documents', false)
    .option('--json', 'print the report as JSON', false)
    .action(async (target: string, options: { out?: string; apply: boolean; json: boolean }) => {
      const { importExport } = await import('../commands/import-alumio.ts');
      const { lines, documents } = await importExport(target, options);
      if (!options.apply) {
        print(lines);
        return;
      }
      await withApi(async (api) => {
        const { applyImported } = await import('../commands/apply-imported.ts');
        const applied = await applyImported(api, documents);
        print(options.json ? lines : [...lines, ...applied]);
      });
    });

  importing
    .command('openapi <file>')
    .description('make or update a connector from an OpenAPI 2.0, 3.0 or 3.1 file in JSON, without network')
    .requiredOption('--out <folder>', 'folder of the connector, e.g. connector/example')
    .option('--overlay <file>', 'facts that OpenAPI lacks: paging, keys, what changed')
    .option('--name <connector>', "name of the connector; by default the folder's")
    .option('--write-source <file>', 'also write a copy of the description with nothing but facts')
    .option('--dry-run', 'only show what would change', false)
    .action(async (file: string, options: ImportOptions) => {
      const { importConnector } = await import('../commands/import-open-api.ts');
      print(importConnector(file, options));
    });
}
