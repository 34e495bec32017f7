// Lee, Ajanthan & Torr 2019, "SNIP: Single-shot Network Pruning based on Connection Sensitivity".
import { defineCriterion, tf } from 'prune-bench'

export default defineCriterion({
  name: 'snip',
  summary: 'Keep the weights whose removal changes the loss of one training batch most, to first order.',
  needs: ['weights', 'gradients'],
  scope: 'global',
  // |∂L/∂m| at m = 1 is |g · w|; dividing by the sum over all weights, as the paper does, leaves the ranking unchanged.
  score: ({ weights, gradients }) => weights.zip(gradients, (w, g) => tf.abs(tf.mul(g, w))),
})
