// Williams 1992, "Simple statistical gradient-following algorithms for connectionist reinforcement learning", over keep
// rates of layers as in He et al. 2018, "AMC: AutoML for Model Compression"; the first attempt of Sanchez & Reyes 2020.
import { defineSearch, reinforce } from 'prune-bench'

export default defineSearch({
  name: 'reinforce',
  summary: 'Learn how sparse each layer is to be from the accuracy of magnitude masks, by REINFORCE.',
  options: {
    /** Masks evaluated. With a single layer there is nothing to learn: one is. */
    budget: 4000,
    /** Masks drawn from one policy before it takes a step. */
    batch: 20,
    /** Length of a step, in standard deviations of the policy per standard deviation of the accuracies. */
    rate: 0.2,
    /** Standard deviation of the logit of each layer's keep rate at first. */
    spread: 1,
    /** What that deviation does not fall below. */
    leastSpread: 0.05,
    /** Share of the latest batch in the moving mean that accuracies are measured against. */
    baselineRate: 0.3,
  },
  search: (context) => {
    const { budget, batch, rate, spread, leastSpread, baselineRate } = context.options
    return reinforce(context, {
      budget,
      batch,
      rate,
      spread: { start: spread, least: leastSpread },
      baselineRate,
    })
  },
})
