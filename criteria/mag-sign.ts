// "Large final, same sign" of Zhou, Lan, Liu & Yosinski 2019, "Deconstructing Lottery Tickets", ranked over all layers.
import { defineCriterion, tf } from 'prune-bench'

export default defineCriterion({
  name: 'mag-sign',
  summary: 'Keep the weights that training made largest without changing their sign.',
  needs: ['initialWeights', 'trainedWeights'],
  scope: 'global',
  // |w_f| where w_f · w_i ≥ 0, else 0.
  score: ({ initialWeights, trainedWeights }) =>
    trainedWeights.zip(initialWeights, (final, init) =>
      tf.where(tf.greaterEqual(tf.mul(final, init), 0), tf.abs(final), tf.zerosLike(final)),
    ),
})
