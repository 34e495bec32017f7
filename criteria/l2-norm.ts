// Li, Kadav, Durdanovic, Samet & Graf 2017 compare it with the ℓ₁-norm: ranked within each layer.
import { defineCriterion, filterAxes, tf } from 'prune-bench'

export default defineCriterion({
  name: 'l2-norm',
  summary: 'Keep the filters of each layer whose trained weights have the largest Euclidean norm.',
  needs: ['trainedWeights'],
  scope: 'layer',
  score: ({ trainedWeights }) => trainedWeights.map((w) => tf.sqrt(tf.sum(tf.square(w), filterAxes(w)))),
})
