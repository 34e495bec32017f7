/** Runs one where many can be run. */
export function onlyOne<I, O>(runAll: (inputs: readonly I[]) => Promise<O[]>): (inputs: I) => Promise<O> {
  return async (inputs) => (await runAll([inputs]))[0] as O
}

/** Runs many inputs one after the other, where an engine gains nothing by running them at the same time. */
export function oneByOne<I, O>(run: (inputs: I) => Promise<O>): (inputs: readonly I[]) => Promise<O[]> {
  return async (inputs) => {
    const results: O[] = []
    for (const one of inputs) results.push(await run(one))
    return results
  }
}
