/** Jest runs the TypeScript sources as ES modules; swc only strips types. */
export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  // The fault matrix takes minutes and a machine of its own: SLUICE_TEST_FAULTS=short or =long runs it.
  testPathIgnorePatterns: ['/node_modules/', ...(process.env.SLUICE_TEST_FAULTS ? [] : ['/test/faults/matrix/'])],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2023' }, module: { type: 'es6' }, sourceMaps: 'inline' },
    ],
  },
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  testTimeout: 60_000,
  maxWorkers: 2,
  // WebAssembly databases are dear: a worker that has grown past this is replaced between files.
  workerIdleMemoryLimit: '1500MB',
};
