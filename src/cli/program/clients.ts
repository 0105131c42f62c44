import type { Command } from 'commander';
import { readSettings } from '../../server/settings.ts';
import type { CallArguments } from '../commands/call.ts';
import type { ClientTypesOptions } from '../commands/client-types.ts';
import type { McpChoice } from '../commands/mcp.ts';
import type { WebhookOptions } from '../commands/webhook.ts';
import { collect, print } from '../output.ts';
import { withApi } from '../with-api.ts';

/** Commands about one client: check, connect, call, webhook, links, client-types, mcp. */
export function addClientCommands(program: Command): void {
  program
    .command('check <client>')
    .description('test a connection step by step: address, TLS, tenant, token, scope, first read')
    .option('--json', 'print JSON', false)
    .action((client: string, options: { json: boolean }) =>
      withApi(async (api) => {
        const { check } = await import('../commands/check.ts');
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
      // The system sends the browser back to this address, so it has to be the one that is known there.
      const { port } = readSettings(process.env);
      return withApi(async (api) => {
        const { connect } = await import('../commands/connect.ts');
        await connect(api, client, options, (line) => {
          print([line]);
        });
      }, port);
    });

  addCall(program);

  program
    .command('webhook <incoming>')
    .description('tell the system of an incoming to send its events here; done again it changes nothing')
    .option('--url <address>', 'where the system reaches this server; by default SLUICE_PUBLIC_URL')
    .option('--event <name>', 'only this event; may be repeated', collect, [])
    .action((incoming: string, options: WebhookOptions) =>
      withApi(async (api) => {
        const { setUpWebhook } = await import('../commands/webhook.ts');
        print(await setUpWebhook(api, incoming, options));
      }),
    );

  program
    .command('links')
    .description('ids of the target that were learnt')
    .command('keep <client>')
    .description('the system of a client is the same at another address: what was learnt at the last one counts on')
    .action((client: string) =>
      withApi(async (api) => {
        const { keepLinks } = await import('../commands/links.ts');
        print(await keepLinks(api, client));
      }),
    );

  addProgrammersCommands(program);
}

function addCall(program: Command): void {
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
        const { call } = await import('../commands/call.ts');
        const { answer, explanation } = await call(api, client, operation, options);
        for (const line of explanation) process.stderr.write(`${line}\n`);
        print([JSON.stringify(answer, null, 2)]);
      }),
    );
}

/** What other programs use of clients. */
function addProgrammersCommands(program: Command): void {
  program
    .command('client-types <client>')
    .description('write a TypeScript client for what a client can do: one file that needs nothing but fetch')
    .requiredOption('--out <file>', 'where it is written, e.g. src/halo.ts')
    .option('--entities <names>', 'only these, with commas between; everything without it')
    .action((client: string, options: ClientTypesOptions) =>
      withApi(async (api) => {
        const { writeClientTypes } = await import('../commands/client-types.ts');
        print(await writeClientTypes(api, client, options));
      }),
    );

  program
    .command('mcp')
    .description('serve the Model Context Protocol over standard input and output, for assistants that start programs')
    .option('--clients <names>', 'clients whose named actions become tools, with commas between')
    .option('--operations <entities>', 'entities whose operations all become tools, with commas between, or "all"')
    .action((choice: McpChoice) =>
      withApi(async (api) => {
        const { serveMcp } = await import('../commands/mcp.ts');
        await serveMcp(api, choice);
      }),
    );
}
