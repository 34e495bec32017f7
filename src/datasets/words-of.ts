/** What an unknown thrown value has to say. */
export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
