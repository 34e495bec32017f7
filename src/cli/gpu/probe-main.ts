import * as tf from '@tensorflow/tfjs-core'
import { writeEvent } from '../../execute/index.ts'
import * as api from '../../index.ts'
import { Problem } from '../../values/problem.ts'
import { shareModules } from '../bundle.ts'
import type { Answer } from './probe.ts'
import { tasks, type Tasks } from './tasks.ts'

shareModules({ 'prune-bench': api, '@tensorflow/tfjs-core': tf })

async function answered<T extends keyof Tasks>(task: T, given: string): Promise<Answer<T>> {
  try {
    return { answer: await tasks[task](JSON.parse(given) as Tasks[T]['given']) }
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return { failed: error.message }
  }
}

const [task = '', given = ''] = process.argv.slice(2)
writeEvent(JSON.stringify(await answered(task as keyof Tasks, given)))
