import { paint as painter } from './paint.ts'
import { padEnd, textWidth, wrap } from './text-width.ts'

/** Something a suite or a command line can name. */
export interface Listed {
  readonly kind: 'suite' | 'criterion' | 'search' | 'model' | 'dataset'
  readonly name: string
  readonly summary: string
  /** `built-in`, or the user's file that it is in, as people should see it. */
  readonly origin: string
  /** Why it cannot be used: the file does not compile, the data are not there. */
  readonly problem?: string
}

const sections = {
  suite: 'suites',
  criterion: 'criteria',
  search: 'searches',
  model: 'models',
  dataset: 'data sets',
} as const satisfies Record<Listed['kind'], string>

/** Everything by kind and name, with its summary and where it comes from. Ends in a line break. */
export function listTable(
  all: readonly Listed[],
  { columns, colour }: { columns: number; colour: boolean },
): string {
  const paint = painter(colour)
  const nameWidth = Math.min(28, Math.max(0, ...all.map(({ name }) => textWidth(name))))
  const indent = nameWidth + 4
  const textColumns = Math.max(20, columns - indent)
  const kinds = Object.keys(sections) as Listed['kind'][]
  return kinds
    .map((kind) => ({ kind, listed: all.filter((one) => one.kind === kind) }))
    .filter(({ listed }) => listed.length > 0)
    .map(({ kind, listed }) => {
      const entries = listed.flatMap(({ name, summary, origin, problem }) => {
        const texts = [
          ...wrap(summary === '' ? origin : `${summary} (${origin})`, textColumns),
          ...(problem === undefined
            ? []
            : wrap(`! ${problem}`, textColumns).map((line) => paint.yellow(line))),
        ]
        const fits = textWidth(name) <= nameWidth
        return [
          ...(fits ? [] : [`  ${paint.bold(name)}`]),
          ...texts.map((line, i) => {
            const label = i === 0 && fits ? paint.bold(name) : ''
            return `  ${padEnd(label, nameWidth)}  ${line}`
          }),
        ]
      })
      return [paint.cyan(sections[kind]), ...entries, ''].join('\n')
    })
    .join('\n')
}
