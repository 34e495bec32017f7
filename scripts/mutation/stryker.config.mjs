// Mutation testing of what decides numbers: npm run mutation -- --mutate 'src/plan/**/*.ts' for one folder.
export default {
  testRunner: 'vitest',
  vitest: { configFile: 'scripts/mutation/vitest.config.ts', related: false },
  coverageAnalysis: 'perTest',
  mutate: [
    'src/{values,plan,pruning,search,verdict,store,units}/**/*.ts',
    '!**/*.{test,fixture,gen}.ts',
    '!**/{index,types,ambient.d}.ts',
  ],
  ignoreStatic: true,
  // Wording is no number: messages, labels and hints are read by people, not by this.
  mutator: { excludedMutations: ['StringLiteral'] },
  concurrency: 2,
  timeoutMS: 20_000,
  dryRunTimeoutMinutes: 20,
  reporters: ['clear-text', 'json', 'progress-append-only'],
  jsonReporter: { fileName: '.prune-bench/mutation/report.json' },
  incremental: true,
  incrementalFile: '.prune-bench/mutation/incremental.json',
  tempDirName: '.prune-bench/mutation/sandbox',
  thresholds: { high: 95, low: 90, break: 90 },
}
