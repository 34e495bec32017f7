/** A file of the store is not what it should be. */
export class BadFile extends Error {
  readonly file: string
  readonly expected: string
  readonly found: string

  constructor(file: string, expected: string, found: string, cause?: unknown) {
    super(`${file}: expected ${expected}, found ${found}`, { cause })
    this.file = file
    this.expected = expected
    this.found = found
  }
}
