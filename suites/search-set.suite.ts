import { adadelta, cosine, defineSuite } from 'prune-bench'

/** The same annealing of `budget` masks on ever more training images; `random` is one mask that nobody looked at. */
function criteria(budget: number, sizes: readonly number[]) {
  const annealing = { criterion: 'simulated-annealing', options: { budget } }
  return [
    ...sizes.map((searchSet) => ({ ...annealing, label: `sa-${searchSet}`, searchSet })),
    { ...annealing, label: 'sa-all', searchSet: 'all' as const },
    'random',
  ]
}

const training = {
  optimizer: adadelta({ learningRate: 1, rho: 0.9, epsilon: 1e-6 }),
  schedule: cosine(),
  batchSize: 64,
  testEveryEpoch: true,
}

export default defineSuite({
  summary:
    'How much a search overfits the images it looks at: accuracies of its masks on the search set, held-out and test images.',
  model: 'decons-net',
  data: ['mnist', 'glyphs'],
  criteria: criteria(4000, [250, 500, 1000, 2000, 4000, 8000, 16_000]),
  sparsities: [0.8],
  k: [0],
  seeds: [1, 2, 3],
  training: { ...training, epochs: 12, validation: 5000 },
  profiles: {
    // A minute or two on two cores: little data, short annealings.
    quick: {
      data: [
        { name: 'mnist', size: { train: 8000, test: 10_000 } },
        { name: 'glyphs', size: { train: 8000, test: 5_000 } },
      ],
      criteria: criteria(1000, [100, 300, 1000, 3000]),
      training: { ...training, epochs: 2, validation: 2000 },
    },
    // All the data, 4,000 masks for each search.
    full: {},
  },
})
