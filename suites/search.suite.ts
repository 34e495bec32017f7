import { adadelta, cosine, defineSuite } from 'prune-bench'

/** Every search at the same budget, in masks evaluated; `random` is one mask that nobody looked at. */
function criteria(budget: number) {
  return [
    { criterion: 'simulated-annealing', label: 'sa', options: { budget } },
    { criterion: 'random-search', options: { budget } },
    { criterion: 'hill-climbing', options: { budget } },
    { criterion: 'genetic', options: { budget } },
    { criterion: 'reinforce', options: { budget } },
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
    'Searches for masks of LeNet-300-100 at equal budget: annealing, random search, hill climbing, genetic, REINFORCE.',
  model: 'decons-net',
  data: ['mnist', 'glyphs'],
  criteria: criteria(4000),
  sparsities: [0.7, 0.8, 0.9],
  k: [0],
  seeds: [1, 2, 3],
  training: { ...training, epochs: 12, validation: 5000 },
  searchSet: 2000,
  profiles: {
    // About a minute on two cores: little data, short searches, one seed.
    quick: {
      data: [
        { name: 'mnist', size: { train: 12_000, test: 10_000 } },
        { name: 'glyphs', size: { train: 12_000, test: 5_000 } },
      ],
      criteria: criteria(1500),
      sparsities: [0.8, 0.9],
      seeds: [1],
      training: { ...training, epochs: 3, validation: 2000 },
      searchSet: 1000,
    },
    // All the data, 4,000 masks for each search.
    full: {},
  },
})
