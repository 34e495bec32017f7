import type { Environment } from './environment.ts'

/** Downloads and generation, told on standard error: a line when it begins, and one every two seconds. */
export function tellProgress(
  env: Environment,
): (progress: { what: string; done: number; total?: number; unit: string }) => void {
  let told = 0
  return ({ what, done, total, unit }) => {
    const now = performance.now()
    if (now - told < 2000 && done !== total) return
    told = now
    const amount =
      unit === 'bytes' ? (n: number) => `${(n / 2 ** 20).toFixed(1)} MiB` : (n: number) => `${n} ${unit}`
    env.stderr.write(`${what}: ${amount(done)}${total === undefined ? '' : ` of ${amount(total)}`}\n`)
  }
}
