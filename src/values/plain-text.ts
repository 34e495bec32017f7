import { stripVTControlCharacters } from 'node:util'

/** C0 and C1 control characters but tab and line break, and characters that change the direction of text. */
const hidden = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g

/**
 * Text that came from somewhere else, safe to show: no escape sequences of terminals, other control characters and
 * direction marks as `�`; line breaks are LF.
 */
export function plainText(text: string): string {
  return stripVTControlCharacters(text).replace(/\r\n?/g, '\n').replace(hidden, '\ufffd')
}
