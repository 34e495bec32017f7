import { stripVTControlCharacters } from 'node:util'

/**
 * C0 and C1 control characters but tab and line break, characters that change the direction of text, and what XML 1.0
 * cannot hold: halves of characters and U+FFFE, U+FFFF.
 */
const hidden =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufffe\uffff\p{Surrogate}]/gu

/**
 * Text that came from somewhere else, safe to show: without escape sequences of terminals, control characters and what
 * cannot be shown; line breaks are LF.
 */
export function plainText(text: string): string {
  return stripVTControlCharacters(text).replace(/\r\n?/g, '\n').replace(hidden, '')
}
