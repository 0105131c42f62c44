import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { TestEnvironment } from 'jest-environment-node';

/**
 * The embedded database's WebAssembly, held for as long as a worker of Jest lives. V8 compiles the same bytes once as long
 * as somebody holds them: opening such a database then takes a third of the processor time, and its statements, too.
 */
const pglite = import.meta.resolve('@electric-sql/pglite');
export const held = new WebAssembly.Module(readFileSync(fileURLToPath(new URL('pglite.wasm', pglite))));

export default TestEnvironment;
