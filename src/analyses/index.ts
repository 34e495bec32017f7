export { masked } from './dense-weights.ts'
export { compressionRatio, networkCost, theoreticalSpeedup } from './network-cost.ts'
export type { CostedNetwork, NetworkCost } from './network-cost.ts'
export { orthogonality } from './orthogonality.ts'
