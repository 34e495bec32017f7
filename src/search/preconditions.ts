import { Problem } from '../values/problem.ts'
import type { MaskSpace } from './mask-space.ts'

/** What a setting must be: its name and value, whether the rule holds, and the rule in words. */
export type SettingRule = readonly [name: string, value: number, holds: boolean, rule: string]

/** Throws a `Problem` that names the first setting that breaks its rule; `search` is the search's name in words. */
export function requireSettings(search: string, rules: readonly SettingRule[]): void {
  const broken = rules.find(([, , holds]) => !holds)
  if (!broken) return
  const [name, value, , rule] = broken
  throw new Problem('usage', `${search}'s ${name} is ${value}: it must be ${rule}`, {
    hint: `correct the search's options in the suite, or the settings its file in criteria/ makes of them`,
  })
}

/** The rule for a number of things, at least `least`. */
export function countRule(name: string, value: number, least: number): SettingRule {
  return [name, value, Number.isInteger(value) && value >= least, `a whole number, at least ${least}`]
}

/** The rule for a share that may be all but not nothing. */
export function shareRule(name: string, value: number): SettingRule {
  return [name, value, value > 0 && value <= 1, 'above 0 and at most 1']
}

/** Throws a `RangeError` where no mask keeps so many weights. */
export function requireMasks({ size, kept }: MaskSpace): void {
  if (!Number.isInteger(size) || !Number.isInteger(kept) || kept < 0 || kept > size)
    throw new RangeError(`no mask keeps ${kept} of ${size} weights`)
}

/** Throws a `Problem` if the answer for the mask with this number, from 0, is no accuracy that a search can decide on. */
export function requireAccuracy(accuracy: number, above: number, number: number): void {
  // Where every accuracy matters, none may be left out.
  if (!Number.isNaN(accuracy) && !(accuracy === -Infinity && above === -Infinity)) return
  throw new Problem('cell', `the accuracy of mask ${number + 1} of the search is ${accuracy}`, {
    hint: 'look at the function that evaluates its masks: one accuracy for each, in %, from 0 to 100',
  })
}
