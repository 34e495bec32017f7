/** What `operation` returns or throws, as a promise. */
export function settled<T>(operation: () => T): Promise<T> {
  return new Promise((resolve) => resolve(operation()))
}
