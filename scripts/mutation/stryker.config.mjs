// Mutation testing of what decides numbers: MUTATE=plan npm run mutation, for one folder; MUTATE=plan/key.ts for one file.
// An option --mutate would mutate tests as well: it takes the place of all patterns here.
const wanted = process.env.MUTATE ?? '{values,plan,pruning,search,verdict,store,units}'

export default {
  testRunner: 'vitest',
  vitest: { configFile: 'scripts/mutation/vitest.config.ts', related: false },
  coverageAnalysis: 'perTest',
  mutate: [
    wanted.endsWith('.ts') ? `src/${wanted}` : `src/${wanted}/**/*.ts`,
    '!**/*.{test,fixture,gen}.ts',
    '!**/{index,types,ambient.d}.ts',
  ],
  ignoreStatic: true,
  // Wording is no number: messages, labels and hints are read by people, not by this.
  mutator: { excludedMutations: ['StringLiteral'] },
  concurrency: 2,
  timeoutMS: 8_000,
  dryRunTimeoutMinutes: 20,
  reporters: ['clear-text', 'json', 'progress-append-only'],
  jsonReporter: { fileName: '.prune-bench/mutation/report.json' },
  incremental: true,
  incrementalFile: '.prune-bench/mutation/incremental.json',
  tempDirName: '.prune-bench/mutation/sandbox',
  thresholds: { high: 95, low: 90, break: 90 },
}
