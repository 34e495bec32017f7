import { execFileSync } from 'node:child_process'

/** Tests run against the bundles in dist/ where they start the program itself; build them once before all. */
export default function setup(): void {
  execFileSync(process.execPath, ['scripts/build.mjs', '--no-types'], { stdio: 'inherit' })
}
