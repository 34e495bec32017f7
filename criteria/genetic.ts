// Eiben & Smith 2015, "Introduction to Evolutionary Computing": (μ + λ) selection, tournaments, uniform crossover.
import { defineSearch, geneticSearch } from 'prune-bench'

export default defineSearch({
  name: 'genetic',
  summary: 'Search for the mask whose untrained network is most accurate, by a genetic algorithm.',
  options: {
    /** Masks evaluated. */
    budget: 4000,
    /** Masks that live at a time, and children of a generation: few, for a few thousand masks to make many generations. */
    population: 15,
    /** A parent is the best of so many masks drawn from those that live. */
    tournament: 2,
    /** Ones, and as many zeros, flipped in a child: a share of the ones or zeros, whichever are fewer. */
    mutation: 0.005,
  },
  search: (context) => geneticSearch(context, context.options),
})
