export { thesisCnnSchedule, thesisMlpSchedule } from './settings.ts'
export { simulatedAnnealing } from './simulated-annealing.ts'
