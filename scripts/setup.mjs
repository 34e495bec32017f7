// Makes a fresh clone ready: installs what the lock file names and builds dist/, each only where it is needed.
// Uses Node alone, as nothing may be installed yet.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { isStale } from './stale.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
process.chdir(root)

const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`prune-bench needs Node 20.19 or newer; this is ${process.versions.node}`)
  process.exit(2)
}

const lock = createHash('sha256').update(readFileSync('package-lock.json')).digest('hex')
const stamp = 'node_modules/.prune-bench-lock'
let installed = false
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== lock) {
  console.error('installing dependencies (once)')
  // The variable keeps onnxruntime-node from downloading CUDA libraries where npm does not know allowScripts.
  run('npm', ['ci', '--no-audit', '--no-fund'], { ONNXRUNTIME_NODE_INSTALL: 'skip' })
  writeFileSync(stamp, lock)
  installed = true
}

if (!installed && isStale(['dist/cli.js'])) {
  console.error('building dist/')
  run(process.execPath, ['scripts/build.mjs', '--no-types'], {})
}

function run(command, args, env) {
  const { status } = spawnSync(command, args, { stdio: ['ignore', 2, 2], env: { ...process.env, ...env } })
  if (status !== 0) {
    console.error(`${command} ${args.join(' ')} failed; correct what it says above and run this again`)
    process.exit(4)
  }
}
