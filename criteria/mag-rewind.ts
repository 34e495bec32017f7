// "Mag rewind" of Sanchez & Reyes 2020: mean |w| of each filter after training, ranked over all layers. Filters of
// different layers differ in size and scale, so that whole layers can vanish: at 80 % it collapses the thesis' CNN.
import { defineCriterion, filterAxes, tf } from 'prune-bench'

export default defineCriterion({
  name: 'mag-rewind',
  summary: 'Keep the filters whose weights are largest on average after training.',
  needs: ['trainedWeights'],
  scope: 'global',
  score: ({ trainedWeights }) => trainedWeights.map((w) => tf.mean(tf.abs(w), filterAxes(w))),
})
