import type { Readable } from 'node:stream'

/**
 * Calls `onLine` for every line of a text stream, the last one even where it has no end. A line longer than `longest`
 * characters is given in pieces; with no limit it is kept until it ends.
 */
export function readLines(stream: Readable, onLine: (line: string) => void, longest = Infinity): void {
  let pieces: string[] = []
  let length = 0
  const flush = () => {
    const line = pieces.join('')
    pieces = []
    length = 0
    return line
  }
  stream.setEncoding('utf8')
  stream.on('data', (chunk: string) => {
    // Only what is new is searched: a line may come in thousands of chunks.
    const parts = chunk.split('\n')
    for (const [i, part] of parts.entries()) {
      pieces.push(part)
      length += part.length
      if (i < parts.length - 1 || length > longest) onLine(flush())
    }
  })
  stream.on('end', () => {
    if (length > 0) onLine(flush())
  })
}
