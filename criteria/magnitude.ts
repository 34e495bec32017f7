// Han, Pool, Tran & Dally 2015, "Learning both Weights and Connections for Efficient Neural Networks".
import { defineCriterion, tf } from 'prune-bench'

export default defineCriterion({
  name: 'magnitude',
  summary: 'Keep the weights with the largest magnitude when the mask is chosen, after k iterations.',
  needs: ['weights'],
  score: ({ weights }) => weights.map((w) => tf.abs(w)),
})
