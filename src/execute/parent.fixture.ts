import { openStore } from '../store/index.ts'
import { createCancellation, runPlan } from './index.ts'
import { fakePlan } from './plan.fixture.ts'

// A program for tests: runs one plan of independent units, the labels of which it is given, and prints how they ended.

const [root = '', workerFile = '', ...labels] = process.argv.slice(2)
const { plan, key } = fakePlan(labels.map((label) => ({ label })))
const cancellation = createCancellation()
process.on('SIGINT', () => cancellation.request())
const { units, cancelled } = await runPlan({
  plan,
  goals: plan.units.keys(),
  store: openStore(root),
  setup: {
    store: root,
    plugins: [],
    runtime: { runtime: 'cpu', device: 'cpu', threads: 1 },
    project: root,
    data: { userFolder: null, cacheFolder: root },
  },
  workerFile,
  workers: 2,
  onEvent: () => undefined,
  cancellation,
})
const statuses = labels.map((label) => units.get(key(label))?.status)
console.log(JSON.stringify({ statuses, cancelled }))
