import * as tf from '@tensorflow/tfjs-core'
import { builtinDatasets, sourceNamed } from '../datasets/index.ts'
import { serveWorker, writeEvent } from '../execute/index.ts'
import * as api from '../index.ts'
import { createRuntime, type RuntimeChoice } from '../runtime/index.ts'
import { runners } from '../units/index.ts'
import { shareModules } from './bundle.ts'

// Errors in plugins point at the user's TypeScript, not at bundles.
process.setSourceMapsEnabled(true)
shareModules({ 'prune-bench': api, '@tensorflow/tfjs-core': tf })

serveWorker({
  input: process.stdin,
  write: writeEvent,
  runners,
  // The parent checked the names before it started any worker.
  runtime: (choice) => createRuntime(choice as RuntimeChoice),
  dataset: ({ name, train, test, source, access }) =>
    (source ?? sourceNamed(name, builtinDatasets)).load(access, { train, test }),
})
