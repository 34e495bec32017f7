import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import type { RuntimeChoice, RuntimeReport } from '../../runtime/index.ts'
import { Problem } from '../../values/problem.ts'
import type { Environment } from '../environment.ts'
import { packageRoot } from '../project.ts'
import type { Tasks } from './tasks.ts'

/** How long a process may take, in seconds: drivers start slowly, and programs of many networks compile slowly. */
const PATIENCE: Readonly<Record<keyof Tasks, number>> = { describe: 60, ops: 180, pace: 180 }

/** A line of the loader's: it tells of drivers at length, and of no failure. */
const LOADER = /^(\[Vulkan Loader\] )?(INFO|DEBUG|DRIVER|LAYER|WARNING)\b/

/** What a process answers, or why it cannot. */
export type Answer<T extends keyof Tasks> =
  { readonly answer: Tasks[T]['answer'] } | { readonly failed: string }

/** An answer, and what was said on the way. */
export type Asked<T extends keyof Tasks> = Answer<T> & { readonly said: string }

/** Has a process of its own do something, so that a driver that crashes is an answer like any other. */
export async function ask<T extends keyof Tasks>(
  task: T,
  given: Tasks[T]['given'],
  { env, cwd }: Pick<Environment, 'env' | 'cwd'>,
): Promise<Asked<T>> {
  const file = join(packageRoot, 'dist', 'probe.js')
  if (!existsSync(file))
    throw new Problem('infrastructure', 'dist/probe.js is missing', { hint: 'run npm run build' })
  const child = spawn(process.execPath, [file, task, JSON.stringify(given)], {
    cwd,
    // Vulkan's loader then tells which drivers and devices it finds.
    env: { ...env, VK_LOADER_DEBUG: 'info,driver' },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    timeout: PATIENCE[task] * 1000,
    killSignal: 'SIGKILL',
    windowsHide: true,
  })
  let [said, told] = ['', '']
  const listen = (stream: Readable | null | undefined, hear: (text: string) => void) =>
    stream?.setEncoding('utf8').on('data', hear)
  listen(child.stdout, (text) => (said += text))
  listen(child.stderr, (text) => (said += text))
  listen(child.stdio[3] as Readable, (text) => (told += text))
  const ended = await new Promise<string>((resolve) => {
    child.on('error', (error) => {
      resolve(error.message)
    })
    child.on('close', (code, signal) => {
      if (child.killed) resolve(`it took longer than ${PATIENCE[task]} s`)
      else resolve(signal === null ? `it ended with exit code ${code ?? '?'}` : `it was ended by ${signal}`)
    })
  })
  if (told !== '') return { ...(JSON.parse(told) as Answer<T>), said }
  const last =
    said
      .trim()
      .split('\n')
      .findLast((line) => !LOADER.test(line)) ?? ''
  return { failed: `its process died: ${ended}${last === '' ? '' : `, having said "${last}"`}`, said }
}

/** Starts a runtime and tells how that went. */
export async function probe(
  choice: RuntimeChoice,
  env: Pick<Environment, 'env' | 'cwd'>,
): Promise<{ readonly report: RuntimeReport; readonly said: string }> {
  const { said, ...asked } = await ask('describe', choice, env)
  if ('answer' in asked) return { report: asked.answer, said }
  const hint = 'Choose another runtime.'
  return { report: { available: false, kind: 'infrastructure', reason: asked.failed, hint }, said }
}
