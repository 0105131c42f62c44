import { IntegrationError } from '../core/errors.ts';
import { program } from './program.ts';

// Who reads with "head" goes away early; that is no fault of the command, which ends as it would have.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

program.parseAsync().catch((error: unknown) => {
  // What a person can act on is a message; everything else is a bug and shows where it is.
  if (error instanceof IntegrationError) process.stderr.write(`${error.code}: ${error.message}\n`);
  else process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
