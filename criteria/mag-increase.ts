// "Magnitude increase" of Zhou, Lan, Liu & Yosinski 2019, "Deconstructing Lottery Tickets"; ranked per layer, as there.
import { defineCriterion, tf } from 'prune-bench'

export default defineCriterion({
  name: 'mag-increase',
  summary: 'Keep the weights whose magnitude training raised most, layer by layer.',
  needs: ['initialWeights', 'trainedWeights'],
  scope: 'layer',
  // |w_f| − |w_i|
  score: ({ initialWeights, trainedWeights }) =>
    trainedWeights.zip(initialWeights, (final, init) => tf.sub(tf.abs(final), tf.abs(init))),
})
