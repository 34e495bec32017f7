// "MagSign rewind" of Sanchez & Reyes 2020: sign(mean of the initial weights) · mean of the trained weights, per filter.
import { defineCriterion, filterAxes, tf } from 'prune-bench'

export default defineCriterion({
  name: 'mag-sign-rewind',
  summary:
    'Keep the filters whose mean weight after training is largest in the direction of the initial one.',
  needs: ['initialWeights', 'trainedWeights'],
  scope: 'global',
  score: ({ initialWeights, trainedWeights }) =>
    trainedWeights.zip(initialWeights, (final, init) =>
      tf.mul(tf.sign(tf.mean(init, filterAxes(init))), tf.mean(final, filterAxes(final))),
    ),
})
