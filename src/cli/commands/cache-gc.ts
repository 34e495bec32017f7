import { counted, megabytes } from '../../report/index.ts'
import { Problem } from '../../values/problem.ts'
import { bytesOf, secondsOf, type Arguments } from '../arguments.ts'
import type { Environment } from '../environment.ts'
import { exitCodes } from '../exit-code.ts'
import { findGarbage, removeGarbage } from '../garbage.ts'
import { openStoreOf, storeFolder } from '../session.ts'

/** `prune-bench cache gc`: shows what no recorded run needs and how large it is; with --yes it is removed. */
export async function gc(args: Arguments, env: Environment): Promise<number> {
  const { options } = args
  const age = secondsOf('older-than', options['older-than'])
  const maxBytes = bytesOf('max-size', options['max-size'])
  const root = storeFolder(args, env)
  const store = openStoreOf(args, env)
  const garbage = await findGarbage(root, store, {
    ...(age === undefined ? {} : { before: new Date(Date.now() - 1000 * age) }),
    ...(maxBytes === undefined ? {} : { maxBytes }),
  })
  const { runs, artifacts, forgotten, unreachable, leftovers } = garbage
  if (runs === 0 && artifacts.count > 0) {
    throw new Problem(
      'usage',
      `the store ${root} has ${counted(artifacts.count, 'artifact')} and no recorded run`,
      {
        hint: 'run the suites whose results you need, or remove the folder if you need none',
      },
    )
  }
  const left = { count: artifacts.count - unreachable.count, bytes: artifacts.bytes - unreachable.bytes }
  const freed = unreachable.bytes + leftovers
  env.stdout.write(
    [
      `${counted(runs, 'recorded run')}${forgotten.length === 0 ? '' : `, ${forgotten.length} to be forgotten`}`,
      `${counted(artifacts.count, 'artifact')}: ${megabytes(artifacts.bytes)}`,
      `  needed by ${forgotten.length === 0 ? 'recorded runs' : 'the other runs'}: ${left.count}, ${megabytes(left.bytes)}`,
      `  not needed: ${unreachable.count}, ${megabytes(unreachable.bytes)}`,
      `quarantine and conflicts: ${megabytes(leftovers)}`,
      '',
    ].join('\n'),
  )
  const nothing = freed === 0 && forgotten.length === 0
  if (options.yes === true) await removeGarbage(root, store, garbage)
  env.stdout.write(
    nothing
      ? 'there is nothing to remove\n'
      : options.yes === true
        ? `removed ${megabytes(freed)}\n`
        : `nothing was removed: --yes removes ${megabytes(freed)}\n`,
  )
  return exitCodes.ok
}
