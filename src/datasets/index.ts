export { chooseDataset, sourceNamed } from './choose.ts'
export type { ChosenDataset, DatasetPreference, PassedOver } from './choose.ts'
export { loadChecked } from './load-checked.ts'
export { builtinDatasets } from './registry.ts'
