import { text } from 'node:stream/consumers';
import { type Command, Option } from 'commander';
import { ROLE_NAMES } from '../../server/permissions.ts';
import type { PasswordOptions } from '../commands/user.ts';
import { print } from '../output.ts';
import { withApi } from '../with-api.ts';

/** Commands about an installation and who uses it: doctor, rotate-keys, user, variable. */
export function addInstallationCommands(program: Command): void {
  program
    .command('doctor')
    .description('look at settings, key, disk, database, Redis and audit trail; exit 0 only when nothing failed')
    .option('--json', 'print JSON', false)
    .action(async (options: { json: boolean }) => {
      const { doctor } = await import('../commands/doctor.ts');
      const { lines, isGood } = await doctor(options);
      print(lines);
      if (!isGood) process.exitCode = 1;
    });

  program
    .command('rotate-keys')
    .description('seal every secret with the key of SLUICE_KEY; SLUICE_KEY_ACCEPTED holds the one before')
    .action(() =>
      withApi(async (api) => {
        const { rotateKeys } = await import('../commands/rotate-keys.ts');
        print(await rotateKeys(api));
      }),
    );

  addUserCommands(program.command('user').description('who may sign in'));
  addVariableCommands(program.command('variable').description('what documents read by ${NAME}, kept on the server'));
}

const PASSWORD_STDIN = [
  '--password-stdin',
  'read the password from standard input; else one is made and shown once',
  false,
] as const;

function addUserCommands(user: Command): void {
  user
    .command('add <name>')
    .description('make a user')
    .addOption(new Option('--role <role>', 'what the user may do').choices(ROLE_NAMES).default('viewer'))
    .option(...PASSWORD_STDIN)
    .action((name: string, options: PasswordOptions & { role: string }) =>
      withApi(async (api) => {
        const { addUser } = await import('../commands/user.ts');
        print(await addUser(api, name, options.role, options));
      }),
    );

  user
    .command('list')
    .description('list users')
    .action(() =>
      withApi(async (api) => {
        const { listUsers } = await import('../commands/user.ts');
        print(await listUsers(api));
      }),
    );

  for (const [command, isDisabled] of [['disable', true] as const, ['enable', false] as const]) {
    user
      .command(`${command} <name>`)
      .description(isDisabled ? 'let a user sign in no more, and end the sessions' : 'let a user sign in again')
      .action((name: string) =>
        withApi(async (api) => {
          const { disableUser } = await import('../commands/user.ts');
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
        const { resetPassword } = await import('../commands/user.ts');
        print(await resetPassword(api, name, options));
      }),
    );
}

function addVariableCommands(variable: Command): void {
  variable
    .command('list')
    .description('list variables; secrets without their value')
    .action(() =>
      withApi(async (api) => {
        const { listVariables } = await import('../commands/variable.ts');
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
        const { setVariable } = await import('../commands/variable.ts');
        print(await setVariable(api, name, (await text(process.stdin)).replace(/\r?\n$/, ''), options));
      }),
    );

  variable
    .command('remove <name>')
    .description('remove a variable')
    .action((name: string) =>
      withApi(async (api) => {
        const { removeVariable } = await import('../commands/variable.ts');
        print(await removeVariable(api, name));
      }),
    );
}
