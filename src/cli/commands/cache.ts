import type { Quarantined } from '../../store/index.ts'
import { Problem } from '../../values/problem.ts'
import type { Arguments } from '../arguments.ts'
import type { Command } from '../command.ts'
import type { Environment } from '../environment.ts'
import { exitCodes } from '../exit-code.ts'
import { forgetCells } from '../forget-cells.ts'
import { openStoreOf, suiteFlags } from '../session.ts'
import { gc } from './cache-gc.ts'

/** A checkpoint of a suite that nobody runs any more is of no use; its unit can always be computed from the beginning. */
const OLD_DAYS = 30

const DAY = 24 * 60 * 60 * 1000

type Deed = (args: Arguments, env: Environment) => Promise<number>

const deeds: Readonly<Record<string, Deed>> = { verify, clean, gc, forget: forgetCells }

/** `prune-bench cache verify`, `clean`, `gc` and `forget`: looks after what is stored. */
export const cacheCommand: Command = {
  usage: 'verify|clean|gc|forget <suite> <cells>',
  summary:
    'verify: check all digests, set what is bad aside. clean: remove checkpoints that nobody needs. gc: show, and with --yes remove, what no recorded run needs. forget: remove all that cells are made from.',
  flags: [...suiteFlags, 'older-than', 'max-size', 'yes'],
  run: async (args, env) => {
    const [name = '', ...words] = args.positionals
    const deed = Object.hasOwn(deeds, name) ? deeds[name] : undefined
    if (deed === undefined || (name !== 'forget' && words.length > 0)) {
      const wrong =
        name === '' ? 'cache does not say what to do' : `cache ${[name, ...words].join(' ')} is not a command`
      throw new Problem('usage', wrong, {
        hint: 'write prune-bench cache verify, cache clean, cache gc or cache forget <suite> <cells>',
      })
    }
    return deed({ ...args, positionals: words }, env)
  },
}

/** Reads everything stored and sets bad artifacts and checkpoints aside. */
async function verify(args: Arguments, env: Environment): Promise<number> {
  const store = openStoreOf(args, env, () => undefined)
  let bad = 0
  for await (const found of store.verify()) {
    bad++
    tellBad(found, env)
  }
  let [good, bytes] = [0, 0]
  for await (const artifact of store.list()) {
    good++
    bytes += artifact.bytes
  }
  env.stdout.write(
    `${good} artifacts are good (${mebibytes(bytes)})` +
      (bad === 0 ? '\n' : `; ${bad} were bad and will be computed again when a suite needs them\n`),
  )
  let [unfinished, size] = [0, 0]
  for await (const checkpoint of store.checkpoints.list()) {
    unfinished++
    size += checkpoint.bytes
  }
  if (unfinished > 0) {
    const checkpoints = unfinished === 1 ? '1 checkpoint is' : `${unfinished} checkpoints are`
    env.stdout.write(`${checkpoints} good (${mebibytes(size)}); prune-bench cache clean lists them\n`)
  }
  return bad === 0 ? exitCodes.ok : exitCodes.failed
}

/** Removes checkpoints of units that are done, and old ones; lists the others, from which units will go on. */
async function clean(args: Arguments, env: Environment): Promise<number> {
  const store = openStoreOf(args, env, (found) => tellBad(found, env))
  let [removed, kept] = [0, 0]
  for await (const { key, label, saved, bytes } of store.checkpoints.list()) {
    const reason = (await store.has(key))
      ? 'the unit is done'
      : Date.now() - Date.parse(saved) > OLD_DAYS * DAY
        ? `it is more than ${OLD_DAYS} days old`
        : undefined
    if (reason === undefined) kept++
    else {
      removed++
      await store.checkpoints.remove(key)
    }
    const fate = reason === undefined ? 'kept:   ' : 'removed:'
    const why = reason === undefined ? '' : `; ${reason}`
    env.stdout.write(`${fate} ${label} (saved ${saved}, ${mebibytes(bytes)}${why})\n`)
  }
  env.stdout.write(
    `${removed} of ${removed + kept} checkpoints removed` +
      (kept === 0 ? '\n' : `; units go on from the other ${kept === 1 ? 'one' : kept}\n`),
  )
  return exitCodes.ok
}

function tellBad({ file, expected, found, movedTo }: Quarantined, { stdout }: Environment): void {
  stdout.write(`bad: ${file}\n  expected ${expected}\n  found    ${found}\n  moved to ${movedTo}\n`)
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`
}
