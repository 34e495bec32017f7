import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  resolve: {
    alias: {
      'prune-bench': at('src/index.ts'),
      '@tensorflow/tfjs-core': at('dist/tfjs/core.js'),
      '@tensorflow/tfjs-backend-cpu': at('dist/tfjs/cpu.js'),
      '@tensorflow/tfjs-backend-wasm': at('dist/tfjs/wasm.js'),
    },
  },
  test: {
    include: ['{src,criteria,models,bench,scripts}/**/*.test.ts'],
    globalSetup: ['scripts/build-once.ts'],
    testTimeout: 60_000,
  },
})
