/** Typed linting and the dependency rule: who may import whom. Run from the project folder. */
import path from 'node:path'
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript'
import { importX } from 'eslint-plugin-import-x'
import tseslint from 'typescript-eslint'

const root = path.resolve(import.meta.dirname, '..')
const pages = ['server/domain', 'server/services', 'server/http', 'views']

/** Folder -> what of ours it may import besides itself. A folder that is not listed may import everything. */
const MAY_IMPORT = {
  'server/domain': [],
  'saml/core': ['server/domain'],
  db: ['server/domain'],
  'server/cam': ['server/domain', 'db', 'saml/core'],
  'server/services': ['server/domain', 'db', 'saml/core', 'server/cam/cam-client.ts'],
  views: ['server/domain'],
  'server/http': ['server/domain', 'server/services', 'views'],
  scim: ['server/domain', 'server/services', 'server/http'],
  saml: pages,
  'server/api': ['server/domain', 'server/services', 'server/http'],
  'server/console': pages,
  'server/portal': pages,
  'server/cli-protocol': pages,
  'server/account-console': pages,
  // A client of the running server. Its test identity provider signs with the pure SAML core, as a real one would sign
  // with a library of its own.
  'server/demo': ['saml/core'],
}

/** Modules that one place wraps for all others. */
const WRAPPED = {
  kysely: 'SQL stays in db.',
  'better-sqlite3': 'SQL stays in db.',
  pg: 'SQL stays in db.',
  '@node-saml/passport-saml': 'saml/library.ts wraps it.',
  '@node-saml/node-saml': 'saml/library.ts wraps it.',
  '@simplewebauthn/server': 'server/services/passkey-verifier.ts loads it when it is needed.',
}

/** The restricted-imports rule; ESLint replaces its options per block, so each block states all of them. */
function restrictImports({ allowed = [], patterns = [] } = {}) {
  const wrapped = Object.entries(WRAPPED).filter(([name]) => !allowed.includes(name))
  return [
    'error',
    {
      paths: [
        ...wrapped.map(([name, message]) => ({ name, message })),
        { name: 'node:process', importNames: ['env'], message: 'server/config.ts reads the environment.' },
      ],
      patterns,
    },
  ]
}

/** Types of `folder` may be imported, values not. */
const typesOnly = (folder) => ({
  regex: `^[./].*${folder}`,
  allowTypeImports: true,
  message: 'Only types may come from there.',
})

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', 'data/', 'coverage/', 'test/artifacts/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: root } },
    plugins: { 'import-x': importX },
    settings: {
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts', '.tsx'] },
      'import-x/resolver-next': [
        createTypeScriptImportResolver({ project: path.join(root, 'tsconfig.json') }),
      ],
    },
    rules: {
      eqeqeq: 'error',
      'no-var': 'error',
      'prefer-const': 'error',
      'no-console': 'error',
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'server/config.ts reads the environment.' },
      ],
      '@typescript-eslint/no-restricted-imports': restrictImports(),
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        // `default: return x satisfies never` is our way of saying exhaustive.
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // Our objects are closures: their methods have no `this` to lose.
      '@typescript-eslint/unbound-method': 'off',
      // An async function without await turns what it throws into a rejection, which interfaces ask for.
      '@typescript-eslint/require-await': 'off',
      'import-x/no-default-export': 'error',
      'no-restricted-syntax': [
        'error',
        {
          selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']",
          message: 'views/parts/html.tsx wraps it: HTML is made by its template, which escapes.',
        },
      ],
      'import-x/no-cycle': 'error',
      'import-x/no-restricted-paths': [
        'error',
        {
          basePath: root,
          zones: Object.entries(MAY_IMPORT).map(([target, allowed]) => ({
            target: `./${target}`,
            from: '.',
            except: [target, ...allowed, 'node_modules'],
            message: `${target} may import: ${allowed.join(', ') || 'nothing of ours'}.`,
          })),
        },
      ],
    },
  },
  { files: ['views/parts/html.tsx'], rules: { 'no-restricted-syntax': 'off' } },
  { files: ['server/config.ts'], rules: { 'no-restricted-properties': 'off' } },
  {
    files: ['db/**'],
    rules: {
      '@typescript-eslint/no-restricted-imports': restrictImports({
        allowed: ['kysely', 'better-sqlite3', 'pg'],
      }),
    },
  },
  {
    files: ['saml/library.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': restrictImports({ allowed: ['@node-saml/passport-saml'] }),
    },
  },
  {
    files: ['views/**'],
    rules: {
      '@typescript-eslint/no-restricted-imports': restrictImports({
        patterns: [typesOnly('server/domain/')],
      }),
    },
  },
  {
    files: ['server/services/**'],
    rules: {
      '@typescript-eslint/no-restricted-imports': restrictImports({
        patterns: [typesOnly('/cam/cam-client')],
      }),
    },
  },
  { files: ['server/commands/**', 'server/demo/**', 'test/bench/**'], rules: { 'no-console': 'off' } },
  {
    files: ['test/**'],
    rules: {
      'no-restricted-properties': 'off',
      '@typescript-eslint/no-restricted-imports': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      // Answers of a server under test are read as they come.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
    },
  },
  { files: ['test/*.config.*'], rules: { 'import-x/no-default-export': 'off' } },
  {
    files: ['**/*.js', '**/*.mjs'],
    ...tseslint.configs.disableTypeChecked,
    languageOptions: { parserOptions: { projectService: false } },
  },
)
