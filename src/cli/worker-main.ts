import * as tf from '@tensorflow/tfjs-core'
import { builtinDatasets, loadChecked, sourceNamed } from '../datasets/index.ts'
import { serveWorker, writeEvent } from '../execute/index.ts'
import * as api from '../index.ts'
import { createRuntime, joinedRuntime, type RuntimeChoice } from '../runtime/index.ts'
import { runners } from '../units/index.ts'
import { shareModules } from './bundle.ts'

shareModules({ 'prune-bench': api, '@tensorflow/tfjs-core': tf })

serveWorker({
  input: process.stdin,
  write: writeEvent,
  runners,
  // The parent checked the names before it started any worker.
  runtime: async (choice, attendance) => {
    const runtime = await createRuntime(choice as RuntimeChoice)
    if (runtime.stacks !== true) return runtime
    return joinedRuntime(runtime, { attendance, tell: (line) => console.error(line) })
  },
  dataset: ({ name, train, test, split, source, access }) =>
    loadChecked(
      name,
      source ?? sourceNamed(name, builtinDatasets),
      access,
      { train, test },
      split ?? 'first',
    ),
})
