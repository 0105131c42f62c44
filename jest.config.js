/** Jest runs the TypeScript sources as ES modules; swc only strips types. */
export default {
  testEnvironment: '<rootDir>/test/support/environment.js',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2023' }, module: { type: 'es6' }, sourceMaps: 'inline' },
    ],
  },
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  // What hangs ends at last; a machine that is slow or busy takes its time.
  testTimeout: 600_000,
  // Suites wait for leases, pauses and pages, and for processes that they start: two workers leave two cores idle.
  maxWorkers: 4,
  // WebAssembly databases are dear: a worker that has grown past this is replaced between files.
  workerIdleMemoryLimit: '1500MB',
};
