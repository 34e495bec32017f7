import { existsSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { exitCodes } from '../../src/cli/exit-code.ts'
import { packageRoot } from '../../src/cli/project.ts'
import { makeFolders } from '../../src/values/make-folders.ts'
import { workloads } from '../registry.ts'
import { runCheck } from './run-check.ts'
import { runLimited } from './run-limited.ts'
import type { CheckRequest } from './step.ts'

const help = `Checks everything that is done on a GPU: what is there, tests, speed beside PyTorch, and the published table.

Usage: npm run gpu-check -- [options]; in an unpacked bundle: ./node dist/gpu-check.js [options]

  --minutes N      about how long all of it takes; 10 by default
  --output DIR     where gpu-check.md and gpu-bench.json go; bench/results by default
  --toy            small sizes and a small suite, to see whether everything works
  --peer-device D  the device PyTorch uses; cuda by default
`

const request = requestOf(process.argv.slice(2))
if (typeof request === 'string') {
  process.stderr.write(request)
  process.exitCode = exitCodes.usage
} else if (request === null) {
  process.stdout.write(help)
} else {
  const well = await runCheck(request, {
    workloads,
    withTests: existsSync(join(packageRoot, 'node_modules/vitest/vitest.mjs')),
    run: (args, seconds) => runLimited(args, seconds, packageRoot),
    now: () => performance.now() / 1000,
    write: (file, text) => {
      makeFolders(dirname(file))
      writeFileSync(file, text)
    },
    tell: (line) => process.stderr.write(`${line}\n`),
  })
  process.stderr.write(`\n${join(request.output, 'gpu-check.md')}\n`)
  process.exitCode = well ? exitCodes.ok : exitCodes.failed
}

/** The command line; null where help is asked for, a text where it is wrong. */
function requestOf(argv: readonly string[]): CheckRequest | string | null {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        minutes: { type: 'string', default: '10' },
        output: { type: 'string', default: join(packageRoot, 'bench/results') },
        toy: { type: 'boolean', default: false },
        'peer-device': { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
    if (values.help) return null
    const minutes = Number(values.minutes)
    if (!(minutes > 0)) return `--minutes is "${values.minutes}", not a number above 0\n`
    const { output, toy, 'peer-device': peerDevice } = values
    return { seconds: 60 * minutes, output: resolve(output), toy, peerDevice }
  } catch (error) {
    return `${error instanceof Error ? error.message : String(error)}\n${help}`
  }
}
