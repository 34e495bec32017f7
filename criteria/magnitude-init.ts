// "Large init" of Zhou, Lan, Liu & Yosinski 2019, "Deconstructing Lottery Tickets"; ranked per layer, as there.
import { defineCriterion, tf } from 'prune-bench'

export default defineCriterion({
  name: 'magnitude-init',
  summary: 'Keep the weights with the largest magnitude at initialisation, layer by layer.',
  needs: ['initialWeights'],
  scope: 'layer',
  score: ({ initialWeights }) => initialWeights.map((w) => tf.abs(w)),
})
