// The baseline of every pruning paper: a ranking that knows nothing. The count is exact, unlike a coin flip per weight.
import { defineCriterion } from 'prune-bench'

export default defineCriterion({
  name: 'random',
  summary: 'Keep weights or filters chosen by uniform noise.',
  needs: ['noise'],
  score: ({ noise }) => noise,
})
