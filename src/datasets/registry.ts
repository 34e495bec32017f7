import type { DatasetSource } from '../values/dataset.ts'
import { glyphs } from './glyphs.ts'
import { mnist } from './mnist.ts'

/** The data sets that come with prune-bench, by name. */
export const builtinDatasets: Readonly<Record<string, DatasetSource>> = { mnist, glyphs }
