import { plainText } from './plain-text.ts'
import { Problem } from './problem.ts'

/** Bytes that a name may take where other parts are put behind it, within the 255 that file systems have room for. */
const MOST_BYTES = 120

/** Names that Windows keeps for devices, whatever follows their first dot. */
const reserved = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(\.|$)/i

/** Why a text cannot be the name of a file or folder on every system; undefined where it can. */
export function whyNoFileName(name: string): string | undefined {
  if (name === '') return 'it is empty'
  if (name === '.' || name === '..') return 'it means a folder'
  if (/[/\\]/.test(name)) return 'it has a path separator'
  if (/[<>:"|?*]/.test(name)) return 'it has one of the characters < > : " | ? *'
  if (plainText(name) !== name || /[\t\n]/.test(name)) return 'it has a control character or half a character'
  if (/^\s|[\s.]$/.test(name)) return 'it begins or ends with a space, or ends with a dot'
  if (reserved.test(name)) return 'Windows keeps this name for a device'
  return undefined
}

/** The name, where it can be part of a file's name on every system. Throws a `Problem` of usage that says whose name it is. */
export function fileName(name: string, whose: string): string {
  const bytes = Buffer.byteLength(name)
  const why =
    bytes > MOST_BYTES ? `it takes ${bytes} bytes, and at most ${MOST_BYTES} fit` : whyNoFileName(name)
  if (why === undefined) return name
  throw new Problem('usage', `${whose} ${shown(name)} cannot be part of a file's name: ${why}`, {
    hint: 'choose a name of letters, digits, dashes and dots',
  })
}

/** Whether a relative path with `/` between its parts leads to a file below the folder that it starts from, on every system. */
export function isPathBelow(path: string): boolean {
  return path.split('/').every((part) => whyNoFileName(part) === undefined)
}

function shown(name: string): string {
  const text = JSON.stringify(plainText(name))
  return text.length > 60 ? `${text.slice(0, 57)}…"` : text
}
