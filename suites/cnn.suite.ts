import { adam, cells, cosine, defineSuite, sgd, steps } from 'prune-bench'

/** The training of the thesis "Heuristic Approach Towards Early Pruning of Neural Networks" (2020). */
const thesisTraining = {
  loss: 'double-softmax' as const,
  optimizer: sgd({ learningRate: 0.1, momentum: 0.9, weightDecay: 1e-4 }),
  schedule: steps([30, 60], 0.1),
  batchSize: 256,
  epochs: 90,
  validation: 0,
  testEveryEpoch: true,
}

/** Cross-entropy, with a learning rate that it bears; the epoch that counts is chosen on held-out images. */
const shortTraining = {
  optimizer: sgd({ learningRate: 0.02, momentum: 0.9, weightDecay: 1e-4 }),
  schedule: cosine(),
  batchSize: 256,
  epochs: 10,
  validation: 5000,
  testEveryEpoch: true,
}

const annealing = 'simulated-annealing-filters'

/** The thesis' criteria; an annealing evaluates `budget` masks. Only annealing looks at the weights after k epochs. */
function criteria(budget: number, k: readonly number[]) {
  return [
    { criterion: annealing, label: 'sa', options: { budget }, k },
    'mag-rewind',
    'mag-sign-rewind',
    'random',
  ]
}

export default defineSuite({
  summary:
    'Filters of a four-layer CNN, really deleted: simulated annealing at several k against magnitude, mag-sign and random.',
  model: 'basic-cnn',
  data: ['cifar10', 'textures'],
  granularity: 'filter',
  criteria: criteria(8219, [0, 1, 3, 6, 90]),
  sparsities: [0.5, 0.6, 0.7, 0.8],
  kUnit: 'epochs',
  k: [0],
  seeds: [1, 2, 3],
  training: thesisTraining,
  searchSet: 1024,
  latencyBatch: 1,
  jacobian: { images: 8 },
  assertions: [
    cells().achieveSparsity(),
    cells({ criterion: ['sa', 'mag-sign-rewind', 'random'] }).notCollapse(),
    // A search finds what it looks for: masks that are better than chance on its search set.
    cells({ criterion: 'sa' }).exceed(10, { metric: 'search' }),
    // What a search is for: its networks are accurate on other images, too, before they are trained further. The quick
    // profile's few masks show that where half of the filters are left of a network that was trained for an epoch.
    cells({ criterion: 'sa', sparsity: 0.5, k: 1 }).exceed(
      { criterion: 'random' },
      { metric: 'atK', by: 1, when: { data: 'cifar10' } },
    ),
    cells({ criterion: 'sa' }).exceed(
      { criterion: 'random' },
      { metric: 'atK', by: 1, when: { data: 'cifar10', profile: ['full', 'paper'] } },
    ),
    cells({ criterion: 'sa', sparsity: 0.8 }).exceed(
      { criterion: 'random' },
      { when: { data: 'cifar10', profile: ['full', 'paper'] } },
    ),
    // Deleting filters must pay.
    cells({ criterion: ['sa', 'mag-sign-rewind', 'random'], sparsity: 0.8 }).notExceed(
      { metric: 'latencyFull' },
      { metric: 'latencyDeleted' },
    ),
  ],
  profiles: {
    // Minutes on two cores: little data, short annealings, one seed, and an optimizer that learns in few steps.
    quick: {
      data: [
        { name: 'cifar10', size: { train: 6000, test: 2000 } },
        { name: 'textures', size: { train: 2000, test: 1000 } },
      ],
      criteria: criteria(150, [0, 1]),
      sparsities: [0.5, 0.8],
      seeds: [1],
      training: {
        ...shortTraining,
        optimizer: adam({ learningRate: 2e-3 }),
        batchSize: 64,
        epochs: 4,
        validation: 500,
      },
      searchSet: 512,
    },
    // Hours on two cores: all the data, a ninth of the training and an eighth of the annealing that the thesis had.
    full: {
      criteria: [
        ...criteria(1000, [0, 1, 3, 6]),
        { criterion: annealing, label: 'sa-fresh', options: { budget: 1000 }, reinitialise: true },
        'l1-norm',
        'batch-norm-scale',
      ],
      seeds: [1],
      training: shortTraining,
    },
    // What the thesis did, with the first 1,024 training images as search set; for a GPU.
    paper: { split: 'first' },
    // The thesis' study of larger search sets: the entire training set instead of 1,024 images.
    'search-set': {
      split: 'first',
      criteria: [
        { criterion: annealing, label: 'sa-1024' },
        { criterion: annealing, label: 'sa-all', searchSet: 'all' },
      ],
    },
  },
})
