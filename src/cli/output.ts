import { plainText } from '../values/plain-text.ts'

/** Standard output or standard error: nothing reaches a terminal or a log of continuous integration but through it. */
export interface Output {
  readonly isTTY: boolean
  readonly columns: number
  /** Writes text as `forLogs` makes it. */
  readonly write: (text: string) => void
  /** Writes a line of JSON or of a command for GitHub, which has escaped what it holds, as it is. */
  readonly writeRaw: (text: string) => void
}

export function outputTo(stream: NodeJS.WriteStream): Output {
  const write = stream.write.bind(stream)
  return {
    get isTTY() {
      return stream.isTTY
    },
    get columns() {
      return stream.columns
    },
    write: (text) => void write(forLogs(text)),
    writeRaw: (text) => void write(text),
  }
}

/** Makes whatever else in this process writes to a stream write plain text: plugins, and warnings of Node. Call it after `outputTo`. */
export function guardStream(stream: NodeJS.WriteStream): void {
  const write = stream.write.bind(stream)
  stream.write = (chunk: string | Uint8Array, ...rest: []) =>
    write(forLogs(plainText(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString())), ...rest)
}

/** What this program's own colours and redrawing are made of; the text between must not hold any. */
const ours = /(\r?\u001b\[(?:\d{1,2}m|\d*A|[JK]))/

/** Text without control characters and escape sequences but colours and redrawing, and without commands for runners of continuous integration. */
export function forLogs(text: string): string {
  return text
    .split(ours)
    .map((part, i) => (i % 2 === 1 ? part : plainText(part)))
    .join('')
    .replace(/^([^\S\n]*):(?=:)/gm, '$1: ')
    .replace(/##(?=\w*\[)/g, '# #')
}

/** The same JSON, safe to be printed: characters that steer terminals and runners are escaped. */
export function jsonForLogs(json: string): string {
  return json
    .replace(/[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, (character) => {
      return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
    })
    .replace(/##(?=\w*\[)/g, '#\\u0023')
}
