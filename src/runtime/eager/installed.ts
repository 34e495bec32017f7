import { createRequire } from 'node:module'
import { Problem } from '../../values/problem.ts'

/** Loads a package by name; tests put their own in its place. */
export type Importer = (packageName: string) => unknown

const require = createRequire(import.meta.url)

/** A package that need not be there; not an `import`, which bundlers would want to resolve. */
export const installedPackage: Importer = (name) => require(name) as unknown

/** A package that may be missing. One that is there but fails to load is a `Problem`: it was meant to be used. */
export async function installed<Package>(
  load: Importer,
  name: string,
  hint = 'Reinstall it, or choose another runtime.',
): Promise<Package | undefined> {
  try {
    return (await load(name)) as Package
  } catch (error) {
    if (isMissing(error, name)) return undefined
    throw new Problem('infrastructure', `${name} is installed but cannot be loaded: ${String(error)}`, {
      hint,
      cause: error,
    })
  }
}

function isMissing(error: unknown, name: string): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false
  const missing = error.code === 'ERR_MODULE_NOT_FOUND' || error.code === 'MODULE_NOT_FOUND'
  return missing && error.message.includes(name)
}
