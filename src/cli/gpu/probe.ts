import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import type { RuntimeChoice, RuntimeReport } from '../../runtime/index.ts'
import { Problem } from '../../values/problem.ts'
import type { Environment } from '../environment.ts'
import { packageRoot } from '../project.ts'

/** How long a driver may take to start. */
const PATIENCE_MS = 60_000

/** A runtime's report, and what it and its drivers said on the way. */
export interface Probe {
  readonly report: RuntimeReport
  readonly said: string
}

/** Starts a runtime in a process of its own, so that a driver that crashes is a report like any other. */
export async function probe(choice: RuntimeChoice, { env, cwd }: Environment): Promise<Probe> {
  const file = join(packageRoot, 'dist', 'probe.js')
  if (!existsSync(file))
    throw new Problem('infrastructure', 'dist/probe.js is missing', { hint: 'run npm run build' })
  const child = spawn(process.execPath, [file, JSON.stringify(choice)], {
    cwd,
    // Vulkan's loader then tells which drivers and devices it finds.
    env: { ...env, VK_LOADER_DEBUG: 'info,driver' },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    timeout: PATIENCE_MS,
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
      resolve(signal === null ? `it ended with exit code ${code ?? '?'}` : `it was ended by ${signal}`)
    })
  })
  if (told !== '') return { report: JSON.parse(told) as RuntimeReport, said }
  const last = said.trim().split('\n').at(-1) ?? ''
  const reason = `its process died: ${ended}${last === '' ? '' : `, having said "${last}"`}`
  return { report: { available: false, reason, hint: 'Choose another runtime.' }, said }
}
