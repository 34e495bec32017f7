export { checkModel, type ModelUse } from './check-model.ts'
export { checkSearch, type SearchUse } from './check-search.ts'
