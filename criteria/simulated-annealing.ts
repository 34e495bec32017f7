// Sanchez & Reyes 2020, "Heuristic Approach Towards Early Pruning of Neural Networks"; schedule of their MLP experiments.
import { defineSearch, simulatedAnnealing, thesisMlpSchedule } from 'prune-bench'

export default defineSearch({
  name: 'simulated-annealing',
  summary: 'Search for the mask whose untrained network is most accurate, by simulated annealing.',
  options: {
    /** Masks evaluated. A smaller budget anneals along the same schedule in fewer temperatures. */
    budget: 42_700,
    /** The temperature it starts at, in accuracy as a share of 1. */
    temperature: 0.006,
    /** How many of the last masks proposals keep their distance from. */
    memory: 50,
  },
  search: (context) => {
    const { budget, temperature, memory } = context.options
    return simulatedAnnealing(context, {
      ...thesisMlpSchedule,
      budget,
      temperature: { ...thesisMlpSchedule.temperature, start: temperature },
      memory: { ...thesisMlpSchedule.memory, size: memory },
    })
  },
})
