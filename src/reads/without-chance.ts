import { Problem } from '../values/problem.ts'
import { copyWith, wrapped, type Fn } from './wrap.ts'

/** Functions of `tf.util` that draw random numbers or read the clock: in its own module, where no plugin's reads are recorded. */
const unforeseeable: Readonly<Record<string, string>> = {
  shuffle: 'random numbers',
  shuffleCombo: 'random numbers',
  createShuffledIndices: 'random numbers',
  randUniform: 'random numbers',
  now: 'the clock',
}

/**
 * The packages that plugins share, with functions of tfjs refused whose results nobody can foresee: no key could hold them.
 * Random ops are refused where functions are traced.
 */
export function withoutChance(modules: Readonly<Record<string, object>>): Readonly<Record<string, object>> {
  const tf = modules['@tensorflow/tfjs-core'] as { util: Readonly<Record<string, Fn>> } | undefined
  if (tf === undefined) return modules
  const members = Object.entries(unforeseeable).flatMap(([member, what]) => {
    const real = tf.util[member]
    return real === undefined ? [] : [[member, wrapped(real, () => refuse(member, what))] as const]
  })
  const safe = copyWith(tf, { util: copyWith(tf.util, Object.fromEntries(members)) })
  const shared = (module: object) => ('tf' in module ? copyWith(module, { tf: safe }) : module)
  return Object.fromEntries(
    Object.entries(modules).map(([name, module]) => [name, module === tf ? safe : shared(module)]),
  )
}

function refuse(member: string, what: string): never {
  throw new Problem('usage', `tf.util.${member} reads ${what}, which no result can be stored by`, {
    hint: "draw from what prune-bench passes (the signal noise, a search's random, an initializer's random)",
  })
}
