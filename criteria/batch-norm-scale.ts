// Liu, Li, Shen, Huang, Yan & Zhang 2017, "Network Slimming", without the ℓ₁ penalty on the scales during training.
// Ranked over all layers, as in the paper: a layer of small scales can vanish, which is reported as collapsed.
import { defineCriterion, tf } from 'prune-bench'

export default defineCriterion({
  name: 'batch-norm-scale',
  summary: 'Keep the filters whose batch-norm scale is largest in magnitude after training.',
  needs: ['trainedScales'],
  scope: 'global',
  score: ({ trainedScales }) => trainedScales.map((scale) => tf.abs(scale)),
})
