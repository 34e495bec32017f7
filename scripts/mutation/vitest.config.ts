import { defineConfig } from 'vitest/config'
import { resolve } from '../../vitest.config.ts'

/** The tests by which mutants are killed: those of the folders that are mutated, without GPUs and simulations (minutes each). */
export default defineConfig({
  resolve,
  test: {
    include: [
      `src/${process.env.MUTATE_TESTS ?? '{values,plan,pruning,search,verdict,store,units,results}'}/**/*.test.ts`,
    ],
    exclude: ['**/*.gpu.test.ts', '**/*simulation.test.ts'],
    testTimeout: 60_000,
  },
})
