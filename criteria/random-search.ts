// Bergstra & Bengio 2012, "Random Search for Hyper-Parameter Optimization": what every search has to beat at equal budget.
import { defineSearch, randomSearch } from 'prune-bench'

export default defineSearch({
  name: 'random-search',
  summary: 'Take the most accurate of many masks drawn at random.',
  options: {
    /** Masks evaluated. */
    budget: 4000,
  },
  search: (context) => randomSearch(context, context.options),
})
