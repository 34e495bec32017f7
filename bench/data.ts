import { cacheFolder, userDataFolder } from '../src/cli/environment.ts'
import { builtinDatasets, chooseDataset } from '../src/datasets/index.ts'
import type { Dataset } from '../src/values/dataset.ts'

/** Data sets that a kind of network is measured on, in order of preference; the last is generated and always there. */
export const dataChoices = {
  digits: ['mnist', 'glyphs'],
  objects: ['cifar10', 'textures'],
} as const

/** Grey images of 28 × 28, or colour images of 32 × 32. */
export type DataKind = keyof typeof dataChoices
export type DataName = (typeof dataChoices)[DataKind][number]

/** The data sets that were asked for by name; for other kinds, the first that is there. */
export type DataRequest = Partial<Readonly<Record<DataKind, DataName>>>

/** Reads or generates all of a data set; never downloads one. Throws a `Problem` of kind `data` where a named one is not there. */
export async function loadData(
  kind: DataKind,
  request: DataRequest,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Dataset> {
  const names = request[kind] === undefined ? dataChoices[kind] : [request[kind]]
  const access = {
    userFolder: userDataFolder(env),
    cacheFolder: cacheFolder(env),
    download: 'never',
  } as const
  const preferences = names.map((name) => ({ name }))
  const { source } = await chooseDataset(preferences, builtinDatasets, access)
  return source.load(access)
}
