// Makes a fresh clone ready: installs what the lock file names and builds dist/, each only where it is needed.
// Uses Node alone, as nothing may be installed yet.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { npmCommand, takesNode } from './node-versions.mjs'
import { isStale } from './stale.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
process.chdir(root)

const { engines } = JSON.parse(readFileSync('package.json', 'utf8'))
if (!takesNode(engines.node, process.versions.node)) {
  console.error(`prune-bench needs Node ${engines.node}; this is ${process.versions.node}`)
  process.exit(2)
}

const lock = createHash('sha256').update(readFileSync('package-lock.json')).digest('hex')
const stamp = 'node_modules/.prune-bench-lock'
let installed = false
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== lock) {
  console.error('installing dependencies (once)')
  // The variable keeps onnxruntime-node from downloading CUDA libraries where npm does not know allowScripts.
  const { platform, execPath, env } = process
  const npm = npmCommand({ platform, execPath, npm: env.npm_execpath }, ['ci', '--no-audit', '--no-fund'])
  run(npm, { ONNXRUNTIME_NODE_INSTALL: 'skip' })
  writeFileSync(stamp, lock)
  installed = true
}

if (!installed && isStale(['dist/cli.js'])) {
  console.error('building dist/')
  run({ command: process.execPath, args: ['scripts/build.mjs', '--no-types'], shell: false }, {})
}

function run({ command, args, shell }, env) {
  const stdio = ['ignore', 2, 2]
  const { status, error } = spawnSync(command, args, { stdio, shell, env: { ...process.env, ...env } })
  if (status !== 0) {
    const what = [command, ...args].join(' ')
    console.error(
      `${what} failed${error ? ` (${error.message})` : ''}; correct what it says above and run this again`,
    )
    process.exit(4)
  }
}
