export { chooseDataset, sourceNamed } from './choose.ts'
export type { ChosenDataset, DatasetPreference, PassedOver } from './choose.ts'
export { builtinDatasets } from './registry.ts'
