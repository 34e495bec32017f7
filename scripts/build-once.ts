import { execFileSync } from 'node:child_process'

const BUILT = 'PRUNE_BENCH_BUILT'

/** Tests run against the bundles in dist/ where they start the program itself; build them once before all projects. */
export default function setup(): void {
  if (process.env[BUILT] !== undefined) return
  process.env[BUILT] = 'yes'
  execFileSync(process.execPath, ['scripts/build.mjs', '--no-types'], { stdio: 'inherit' })
}
