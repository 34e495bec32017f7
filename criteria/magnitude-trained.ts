// Frankle & Carbin 2019, "The Lottery Ticket Hypothesis", one-shot: train, prune by magnitude, rewind to initialisation.
import { defineCriterion, tf } from 'prune-bench'

export default defineCriterion({
  name: 'magnitude-trained',
  summary:
    'Keep the weights with the largest magnitude after training (the lottery ticket), over all layers.',
  needs: ['trainedWeights'],
  scope: 'global',
  score: ({ trainedWeights }) => trainedWeights.map((w) => tf.abs(w)),
})
