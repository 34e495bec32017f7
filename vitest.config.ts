import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { pruneBench } from './src/vitest/config.ts'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))

const globalSetup = ['scripts/build-once.ts']

export const resolve = {
  alias: {
    'prune-bench': at('src/index.ts'),
    '@tensorflow/tfjs-core': at('dist/tfjs/core.js'),
    '@tensorflow/tfjs-backend-cpu': at('dist/tfjs/cpu.js'),
    '@tensorflow/tfjs-backend-wasm': at('dist/tfjs/wasm.js'),
    '@tensorflow/tfjs-backend-webgpu': at('dist/tfjs/webgpu.js'),
  },
}

export default defineConfig({
  test: {
    // As many as there are cores: by default one is left idle, half of a machine of two.
    maxWorkers: availableParallelism(),
    projects: [
      {
        resolve,
        test: {
          name: 'unit',
          include: ['{src,criteria,models,bench,scripts}/**/*.test.ts'],
          exclude: ['**/*.gpu.test.ts'],
          globalSetup,
          testTimeout: 60_000,
          // Many begin with a whole run of a suite.
          hookTimeout: 240_000,
        },
      },
      // What needs a GPU, or software that stands in for one: skipped where there is none. One file at a time has it.
      {
        resolve,
        test: {
          name: 'gpu',
          include: ['{src,models}/**/*.gpu.test.ts'],
          globalSetup,
          fileParallelism: false,
          testTimeout: 300_000,
        },
      },
      // A suite as tests, as users have them: the built package in worker processes, on generated data.
      {
        plugins: [pruneBench({ suites: ['smoke'] })],
        resolve: { alias: { 'prune-bench/vitest': at('dist/vitest.js') } },
        test: {
          name: 'suites',
          include: [],
          globalSetup,
          server: { deps: { external: [at('dist/vitest.js')] } },
        },
      },
    ],
  },
})
