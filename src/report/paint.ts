import { Chalk, type ChalkInstance } from 'chalk'

/** Colours text, or leaves it as it is: the only way to colours in reports, since chalk does not read NO_COLOR. */
export type Paint = ChalkInstance

export function paint(colour: boolean): Paint {
  return new Chalk({ level: colour ? 1 : 0 })
}
