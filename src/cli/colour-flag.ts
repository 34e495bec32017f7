import type { Options } from './arguments.ts'

/** `--color` or `--no-color`, whichever was given; undefined for neither. */
export function colourFlag(options: Options): boolean | undefined {
  if (options['no-color'] === true) return false
  return options.color === true ? true : undefined
}
