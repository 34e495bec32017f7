import { spawn } from 'node:child_process'
import type { Ended } from './run-check.ts'

/** Runs Node in a folder, with its standard error shown as it comes. What takes longer than it may is killed with its children. */
export function runLimited(args: readonly string[], seconds: number, cwd: string): Promise<Ended> {
  const started = performance.now()
  const env = { ...process.env, NO_COLOR: '1', COLUMNS: '160', PRUNE_BENCH_NEEDS_GPU: '1' }
  // A group of its own: what it started ends with it.
  const child = spawn(process.execPath, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  let [stdout, stderr, timedOut] = ['', '', false]
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
    process.stderr.write(text)
  })
  const timer = setTimeout(() => {
    timedOut = true
    killGroup(child.pid)
  }, 1000 * seconds)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      resolve({ code, signal, timedOut, stdout, stderr, seconds: (performance.now() - started) / 1000 })
    })
  })
}

function killGroup(leader: number | undefined): void {
  try {
    if (leader !== undefined) process.kill(-leader, 'SIGKILL')
  } catch {
    // It has just ended by itself.
  }
}
