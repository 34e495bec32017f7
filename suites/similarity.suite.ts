import { adam, cells, cosine, defineSuite, sgd, steps } from 'prune-bench'

const annealing = 'simulated-annealing-filters'

/** An annealing of `budget` masks at several k, against the criteria that read the trained network. */
function criteria(budget: number, k: readonly number[]) {
  return [
    { criterion: annealing, label: 'sa', options: { budget }, k },
    'mag-rewind',
    'mag-sign-rewind',
    'random',
  ]
}

/** Cross-entropy, with a learning rate that it bears. */
const shortTraining = {
  optimizer: sgd({ learningRate: 0.02, momentum: 0.9, weightDecay: 1e-4 }),
  schedule: cosine(),
  batchSize: 256,
  epochs: 10,
  validation: 5000,
  testEveryEpoch: false,
}

export default defineSuite({
  summary:
    'How alike the filters are that annealings keep, of each other and of magnitude: several searches of one initialisation at every k.',
  model: 'basic-cnn',
  data: ['cifar10', 'textures'],
  granularity: 'filter',
  criteria: criteria(8219, [0, 1, 3, 6, 90]),
  sparsities: [0.5],
  kUnit: 'epochs',
  // One initialisation: masks of different ones are over weights that have nothing to do with each other.
  seeds: [1],
  searchSeeds: [1, 2, 3, 4, 5],
  training: {
    loss: 'double-softmax',
    optimizer: sgd({ learningRate: 0.1, momentum: 0.9, weightDecay: 1e-4 }),
    schedule: steps([30, 60], 0.1),
    batchSize: 256,
    epochs: 90,
    validation: 0,
    testEveryEpoch: false,
  },
  searchSet: 1024,
  assertions: [
    cells().achieveSparsity(),
    cells({ criterion: ['sa', 'mag-sign-rewind', 'random'] }).notCollapse(),
    // What the thesis found: the more the network is trained, the more annealings agree which filters it needs.
    cells({ criterion: 'sa', k: [0, 90] }).grow({
      metric: 'similarity',
      along: 'k',
      when: { profile: 'paper' },
    }),
  ],
  profiles: {
    // A minute or two on two cores: little data, annealings too short to agree on much.
    quick: {
      data: [
        { name: 'cifar10', size: { train: 3000, test: 1000 } },
        { name: 'textures', size: { train: 1000, test: 500 } },
      ],
      criteria: criteria(60, [0, 1, 3]),
      searchSeeds: [1, 2, 3],
      training: {
        ...shortTraining,
        optimizer: adam({ learningRate: 2e-3 }),
        batchSize: 64,
        epochs: 3,
        validation: 250,
      },
      searchSet: 128,
    },
    // Hours on two cores: all the data, a ninth of the training and an eighth of the annealing that the thesis had.
    full: { criteria: criteria(1000, [0, 1, 3, 6, 10]), training: shortTraining },
    // What the thesis did; for a GPU.
    paper: { split: 'first' },
  },
})
