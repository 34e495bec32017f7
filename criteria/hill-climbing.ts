// Droste, Jansen & Wegener 2002, "On the analysis of the (1+1) evolutionary algorithm": take a neighbour that is no worse.
import { defineSearch, hillClimbing } from 'prune-bench'

export default defineSearch({
  name: 'hill-climbing',
  summary: 'Search for the mask whose untrained network is most accurate, by steps that are never worse.',
  options: {
    /** Masks evaluated. The number of flips falls over all of them. */
    budget: 4000,
    /** Ones, and as many zeros, flipped at first: a share of the ones or zeros, whichever are fewer. */
    flipsAtStart: 0.03,
    /** The same share at the end; at least one of each is flipped. */
    flipsAtEnd: 0.001,
  },
  search: (context) => {
    const { budget, flipsAtStart, flipsAtEnd } = context.options
    return hillClimbing(context, { budget, flips: { start: flipsAtStart, end: flipsAtEnd } })
  },
})
