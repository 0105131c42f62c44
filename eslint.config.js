import tseslint from 'typescript-eslint';

/**
 * Folders of src/ from the bottom up; each may import itself and what stands before it.
 * Subscriber, publisher and transformers are one level: components beside each other.
 */
const LEVELS = [
  ['core'],
  ['files'],
  ['http', 'programs'],
  ['connector'],
  ['conformance'],
  ['alumio'],
  ['subscriber', 'publisher', 'transformers'],
  ['engine'],
  ['templates'],
  ['queue'],
  ['server', 'cli'],
];

/** What files of a folder must not import: everything above it, and its neighbours on the same level. */
function forbiddenFor(folder) {
  const level = LEVELS.findIndex((names) => names.includes(folder));
  const above = LEVELS.slice(level + 1).flat();
  const beside = folder === 'cli' ? [] : LEVELS[level].filter((name) => name !== folder);
  const names = [...above, ...beside, 'store'].filter((name) => !(name === 'store' && level >= LEVELS.length - 1));
  return { group: names.flatMap((name) => [`**/${name}/**`]), message: `${folder} must not import from above it` };
}

const DIRECTION = [
  ...LEVELS.flat().map((folder) => ({
    files: [`src/${folder}/**/*.ts`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          ...(forbiddenFor(folder).group.length > 0 && { patterns: [forbiddenFor(folder)] }),
          ...(folder === 'queue' ? {} : { paths: [{ name: 'bullmq', message: 'Only src/queue talks to BullMQ' }] }),
        },
      ],
    },
  })),
  {
    files: ['src/store/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: LEVELS.flat()
                .filter((name) => name !== 'core')
                .map((name) => `**/${name}/**`),
              message: 'The store depends on core only',
            },
          ],
          paths: [{ name: 'bullmq', message: 'Only src/queue talks to BullMQ' }],
        },
      ],
    },
  },
];

const RULES = {
  '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
  '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: true }],
  '@typescript-eslint/switch-exhaustiveness-check': 'error',
  '@typescript-eslint/consistent-type-imports': 'error',
};

export default tseslint.config(
  {
    ignores: [
      'dist',
      'dashboard/dist',
      'dashboard/public',
      'node_modules',
      'data',
      'demo-data',
      'sandbox-data',
      'coverage',
    ],
  },
  {
    files: ['**/*.ts'],
    ignores: ['dashboard/**'],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    rules: RULES,
  },
  {
    files: ['dashboard/**/*.{ts,tsx}'],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { project: './dashboard/tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      ...RULES,
      // Handlers are written as () => act(), whatever act answers.
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // The dashboard knows the platform by its API only.
      'no-restricted-imports': ['error', { patterns: ['**/src/server/**', '**/src/engine/**', '**/src/core/**'] }],
    },
  },
  ...DIRECTION,
);
