export { denseCost } from './cost.ts'
export { masked } from './dense-weights.ts'
export { orthogonality } from './orthogonality.ts'
