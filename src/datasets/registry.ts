import type { DatasetSource } from '../values/dataset.ts'
import { cifar10 } from './cifar10.ts'
import { glyphs } from './glyphs.ts'
import { mnist } from './mnist.ts'
import { textures } from './textures.ts'

/** The data sets that come with prune-bench, by name. */
export const builtinDatasets: Readonly<Record<string, DatasetSource>> = { mnist, glyphs, cifar10, textures }
