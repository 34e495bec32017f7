import * as tf from '@tensorflow/tfjs-core'
import { builtinDatasets, loadChecked, sourceNamed } from '../datasets/index.ts'
import { serveWorker, writeEvent } from '../execute/index.ts'
import * as api from '../index.ts'
import { createRuntime, type RuntimeChoice } from '../runtime/index.ts'
import { runners } from '../units/index.ts'
import { shareModules } from './bundle.ts'

shareModules({ 'prune-bench': api, '@tensorflow/tfjs-core': tf })

serveWorker({
  input: process.stdin,
  write: writeEvent,
  runners,
  // The parent checked the names before it started any worker.
  runtime: (choice) => createRuntime(choice as RuntimeChoice),
  dataset: ({ name, train, test, source, access }) =>
    loadChecked(name, source ?? sourceNamed(name, builtinDatasets), access, { train, test }),
})
