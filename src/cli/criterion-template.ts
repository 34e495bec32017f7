/** The text of a criterion to begin with: weights of the largest magnitude. */
export function criterionTemplate(name: string): string {
  return `import { defineCriterion, tf } from 'prune-bench'

export default defineCriterion({
  summary: 'Say here in one sentence what ${name} keeps, and who proposed it.',
  // What the score reads: weights (after k), initialWeights, trainedWeights, gradients, noise, scales, trainedScales.
  needs: ['weights'],
  // The highest scores are kept. One tensor per layer, shaped like the layer's weights; a suite that prunes filters takes
  // their mean over each filter, or scores of filters themselves (see mag-rewind).
  score: ({ weights }) => weights.map((w) => tf.abs(w)),
})
`
}
