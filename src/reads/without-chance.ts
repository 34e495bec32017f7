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

/** Ops that draw random numbers of their own, and which of their arguments is the seed. tfjs takes a seed of 0 for none. */
const seedOf: Readonly<Record<string, number>> = {
  randomNormal: 4,
  randomStandardNormal: 2,
  randomUniform: 4,
  randomUniformInt: 3,
  truncatedNormal: 4,
  randomGamma: 4,
  multinomial: 2,
  dropout: 3,
}

/**
 * The packages that plugins share, with functions of tfjs refused whose results nobody can foresee: no key could hold them.
 */
export function withoutChance(modules: Readonly<Record<string, object>>): Readonly<Record<string, object>> {
  const tf = modules['@tensorflow/tfjs-core'] as
    (Readonly<Record<string, Fn>> & { util: Readonly<Record<string, Fn>> }) | undefined
  if (tf === undefined) return modules
  const members = Object.entries(unforeseeable).flatMap(([member, what]) => {
    const real = tf.util[member]
    return real === undefined ? [] : [[member, wrapped(real, () => refuse(`util.${member}`, what))] as const]
  })
  const ops = Object.entries(seedOf).map(([op, at]) => {
    const refuseChance = (args: readonly unknown[]) => {
      if (!args[at]) refuse(op, 'random numbers', 'give it a seed that is not 0, or ')
    }
    return [op, wrapped(tf[op] as Fn, refuseChance)] as const
  })
  const util = copyWith(tf.util, Object.fromEntries(members))
  const safe = copyWith(tf, { ...Object.fromEntries(ops), util })
  const shared = (module: object) => ('tf' in module ? copyWith(module, { tf: safe }) : module)
  return Object.fromEntries(
    Object.entries(modules).map(([name, module]) => [name, module === tf ? safe : shared(module)]),
  )
}

function refuse(member: string, what: string, instead = ''): never {
  throw new Problem('usage', `tf.${member} reads ${what}, which no result can be stored by`, {
    hint: `${instead}draw from what prune-bench passes (the signal noise, a search's random, an initializer's random)`,
  })
}
