import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { pruneBench } from './src/vitest/config.ts'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))

const globalSetup = ['scripts/build-once.ts']

export default defineConfig({
  test: {
    projects: [
      {
        resolve: {
          alias: {
            'prune-bench': at('src/index.ts'),
            '@tensorflow/tfjs-core': at('dist/tfjs/core.js'),
            '@tensorflow/tfjs-backend-cpu': at('dist/tfjs/cpu.js'),
            '@tensorflow/tfjs-backend-wasm': at('dist/tfjs/wasm.js'),
            '@tensorflow/tfjs-backend-webgpu': at('dist/tfjs/webgpu.js'),
          },
        },
        test: {
          name: 'unit',
          include: ['{src,criteria,models,bench,scripts}/**/*.test.ts'],
          exclude: ['**/*.gpu.test.ts'],
          globalSetup,
          testTimeout: 60_000,
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
