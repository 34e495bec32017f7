export { checkModel, type ModelUse } from './check-model.ts'
