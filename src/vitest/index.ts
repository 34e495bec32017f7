import './matchers.ts'

export { suiteResults } from './suite-results.ts'
export type { ResultsOptions } from './suite-results.ts'
export { suiteTests } from './suite-tests.ts'
export type { CellFigures } from './suite-tests.ts'
export type { SuiteOptions } from './suite-options.ts'
