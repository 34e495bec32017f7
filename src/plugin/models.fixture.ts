import { readdirSync } from 'node:fs'
import type { Model } from './model.ts'

const folder = new URL('../../models/', import.meta.url)

/** Every model of the project by its name. */
export const models: readonly (readonly [string, Model])[] = await Promise.all(
  readdirSync(folder)
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map(async (file) => {
      const module = (await import(new URL(file, folder).href)) as { default: Model }
      return [file.slice(0, -'.ts'.length), module.default] as const
    }),
)
