export { suiteTests } from './suite-tests.ts'
export type { CellFigures } from './suite-tests.ts'
export type { SuiteOptions } from './suite-options.ts'
