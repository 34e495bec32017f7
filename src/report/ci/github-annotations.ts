import { relative } from 'node:path'
import { plainText } from '../../values/plain-text.ts'
import { counted } from '../words.ts'
import type { Finding } from './findings.ts'

/** GitHub shows so many errors of one step. */
const MOST = 10

/**
 * GitHub's workflow commands that show findings beside the lines they are about, paths being relative to the repository.
 * The last one says how many there are besides, where there are more than GitHub shows.
 */
export function githubAnnotations(found: readonly Finding[], repository: string): readonly string[] {
  const shown = found.length > MOST ? found.slice(0, MOST - 1) : found
  const left = found.length - shown.length
  return [
    ...shown.map(({ title, lines, place }) => {
      const { file, line = 1, column = 0 } = place
      const properties = { file: relative(repository, file), line, col: column + 1, title }
      return command(properties, lines.join('\n'))
    }),
    ...(left > 0
      ? [command({ title: 'prune-bench' }, `${counted(left, 'more finding')}: see the report`)]
      : []),
  ]
}

function command(properties: Readonly<Record<string, string | number>>, message: string): string {
  const stated = Object.entries(properties).map(([name, value]) => `${name}=${property(String(value))}`)
  return `::error ${stated.join(',')}::${data(message)}`
}

function data(text: string): string {
  return plainText(text).replaceAll('%', '%25').replaceAll('\n', '%0A')
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
