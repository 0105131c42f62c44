import { existsSync } from 'node:fs';

/**
 * Joins the sources and the libraries to a few files in `dist/app`. Node needs a second of processor time to find and link
 * a thousand modules one by one, at every start of the command and of the threads and processes that it starts.
 */
export default {
  input: {
    // What is started. They find each other as files side by side.
    main: 'src/cli/main.ts',
    'process-main': 'src/programs/process-main.ts',
    'thread-main': 'src/store/embedded/thread-main.ts',
    // Steps of the build.
    'write-validators': 'scripts/write-validators.ts',
    'build-dashboard': 'scripts/build-dashboard.ts',
    // What processes of the tests reach into; an image is built without tests.
    ...(existsSync('test') && { store: 'test/support/template-store.ts' }),
    transformers: 'src/transformers/index.ts',
  },
  platform: 'node',
  // These read files of their own folders, or are loaded by name.
  external: /^(@electric-sql|@jitl|pino|pino-pretty|quickjs-emscripten-core)(\/|$)/,
  logLevel: 'warn',
  output: { dir: 'dist/app', format: 'esm', cleanDir: true },
};
