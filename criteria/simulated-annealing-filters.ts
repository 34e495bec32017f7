// Sanchez & Reyes 2020, "Heuristic Approach Towards Early Pruning of Neural Networks"; schedule of their CNN experiments.
import { defineSearch, simulatedAnnealing, thesisCnnSchedule } from 'prune-bench'

export default defineSearch({
  name: 'simulated-annealing-filters',
  summary: 'Search for the mask of filters whose network is most accurate as it is, by simulated annealing.',
  options: {
    /** Masks evaluated. A smaller budget anneals along the same schedule in fewer temperatures. */
    budget: 8219,
    /** The temperature it starts at, in accuracy as a share of 1. */
    temperature: 0.005,
    /** How many of the last masks are not proposed again. */
    memory: 60,
  },
  search: (context) => {
    const { budget, temperature, memory } = context.options
    return simulatedAnnealing(context, {
      ...thesisCnnSchedule,
      budget,
      temperature: { ...thesisCnnSchedule.temperature, start: temperature },
      memory: { ...thesisCnnSchedule.memory, size: memory },
    })
  },
})
