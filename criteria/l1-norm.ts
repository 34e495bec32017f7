// Li, Kadav, Durdanovic, Samet & Graf 2017, "Pruning Filters for Efficient ConvNets": ranked within each layer.
import { defineCriterion, filterAxes, tf } from 'prune-bench'

export default defineCriterion({
  name: 'l1-norm',
  summary: 'Keep the filters of each layer whose trained weights have the largest sum of magnitudes.',
  needs: ['trainedWeights'],
  scope: 'layer',
  score: ({ trainedWeights }) => trainedWeights.map((w) => tf.sum(tf.abs(w), filterAxes(w))),
})
