import boundaries from 'eslint-plugin-boundaries';
import vue from 'eslint-plugin-vue';
import tseslint from 'typescript-eslint';

/** Data flows one way: a stage may import the stages before it in this list, and nothing after it. */
const STAGES = [
  'geometry',
  'formats',
  'download',
  'dataset',
  'extraction',
  'storage',
  'access',
  'neighbors',
  'projection',
  'export',
  'stream',
  'jobs',
  'graphql',
  'http',
];

/** Files beside the stages. Those that everything may import: */
const FOUNDATION = { file: { categories: 'foundation' } };
/** And those that put the stages together. */
const WIRING = { file: { categories: 'wiring' } };

const stageElements = STAGES.map((stage) => ({ type: stage, pattern: `server/${stage}` }));
const stageRules = STAGES.map((stage, position) => ({
  from: { element: { type: stage } },
  allow: { to: [{ element: { type: STAGES.slice(0, position + 1) } }, FOUNDATION] },
}));

export default tseslint.config(
  {
    ignores: [
      'dist/**',
      'node_modules/**',
      'bench-results/**',
      'fuzz-corpus/**',
      'fuzz-results/**',
      'test-results/**',
      'playwright-report/**',
      'client/src/graphql/generated/**',
      'server/client/generated/**',
      'client/src/query/generated/**',
      'server/storage/generated/**',
      'server/**/assembly/**',
    ],
  },
  ...tseslint.configs.strict,
  ...tseslint.configs.stylistic,
  ...vue.configs['flat/recommended'],
  {
    files: ['**/*.vue'],
    languageOptions: { parserOptions: { parser: tseslint.parser } },
  },
  {
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // Kernels index typed arrays that are known to be long enough; an assertion costs nothing, a check would.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-extraneous-class': 'off',
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'Seeds are arguments; use geometry/random.ts.' },
      ],
      'max-lines': ['warn', { max: 320, skipBlankLines: true, skipComments: true }],
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/html-self-closing': 'off',
      'vue/html-indent': 'off',
      'vue/html-closing-bracket-newline': 'off',
      'vue/multiline-html-element-content-newline': 'off',
    },
  },
  {
    files: ['server/**/*.ts', 'client/src/**/*.{ts,vue}'],
    plugins: { boundaries },
    settings: {
      'boundaries/elements': [
        ...stageElements,
        { type: 'cli', pattern: 'server/cli' },
        { type: 'apiClient', pattern: 'server/client' },
        { type: 'client', pattern: 'client/src' },
      ],
      'boundaries/files': [
        { category: 'foundation', pattern: 'server/(errors|paths|logging|tracing|config|vulkanLoader).ts' },
        { category: 'wiring', pattern: 'server/!(errors|paths|logging|tracing|config|vulkanLoader).ts' },
      ],
      'import/resolver': { typescript: { alwaysTryTypes: true } },
    },
    rules: {
      'boundaries/dependencies': [
        'error',
        {
          default: 'disallow',
          policies: [
            ...stageRules,
            { from: FOUNDATION, allow: { to: FOUNDATION } },
            {
              from: [WIRING, { element: { type: 'cli' } }],
              allow: { to: [{ element: { type: [...STAGES, 'cli', 'apiClient'] } }, FOUNDATION, WIRING] },
            },
            { from: { element: { type: 'apiClient' } }, allow: { to: { element: { type: 'apiClient' } } } },
            {
              from: { element: { type: 'client' } },
              allow: { to: { element: { type: ['client', 'geometry', 'formats'] } } },
            },
          ],
        },
      ],
    },
  },
);
