import { adadelta, cells, constant, cosine, defineSuite } from 'prune-bench'

/** The training of the thesis "Heuristic Approach Towards Early Pruning of Neural Networks" (2020). */
const thesisTraining = {
  optimizer: adadelta({ learningRate: 1, rho: 0.9, epsilon: 1e-6 }),
  schedule: constant(),
  batchSize: 64,
  epochs: 50,
  validation: 0,
  testEveryEpoch: true,
}

/** The thesis' criteria; an annealing evaluates `budget` masks. */
function criteria(budget: number) {
  return [
    { criterion: 'simulated-annealing', label: 'sa', options: { budget } },
    'snip',
    'mag-sign',
    { criterion: 'magnitude-trained', label: 'lth' },
    'random',
  ]
}

export default defineSuite({
  summary:
    'Masks of LeNet-300-100: simulated annealing against SNIP, mag-sign, lottery-ticket and random masks.',
  model: 'decons-net',
  data: ['mnist', 'glyphs'],
  criteria: criteria(42_700),
  sparsities: [0.7, 0.8, 0.9],
  k: [0],
  seeds: [1, 2, 3],
  training: thesisTraining,
  jacobian: { images: 16 },
  assertions: [
    cells().achieveSparsity(),
    cells({ sparsity: { to: 0.9 } }).notCollapse(),
    // What a search is for: its networks are accurate before they are trained.
    cells({ criterion: 'sa' }).exceed({ criterion: 'random' }, { metric: 'rewind' }),
    cells({ criterion: 'sa' }).exceed(
      { criterion: 'random' },
      { metric: 'rewind', by: 10, confident: true, when: { data: 'mnist' } },
    ),
    cells({ criterion: 'sa' }).exceed({ criterion: 'mag-sign' }, { metric: 'orthogonality' }),
    cells({ criterion: 'snip', sparsity: 0.9 }).exceed(
      { criterion: 'random' },
      { by: 0.5, when: { data: 'mnist' } },
    ),
    cells({ criterion: ['mag-sign', 'lth'] }).reach(
      { control: true },
      { within: 0.5, when: { data: 'mnist' } },
    ),
    cells({ control: true }).reach(95, { when: { data: 'mnist' } }),
    cells({ control: true }).reach(98, { when: { data: 'mnist', profile: ['full', 'paper'] } }),
  ],
  profiles: {
    // A minute or two on two cores: little data, few epochs, a short annealing. A falling learning rate lets so short a
    // training settle; the thesis' constant one leaves the last epoch to chance.
    quick: {
      data: [
        { name: 'mnist', size: { train: 12_000, test: 10_000 } },
        { name: 'glyphs', size: { train: 12_000, test: 5_000 } },
      ],
      criteria: criteria(1500),
      sparsities: [0.7, 0.9],
      training: { ...thesisTraining, schedule: cosine(), epochs: 4, validation: 2000 },
      searchSet: 1000,
    },
    // Everything on all the data, with less training and annealing than the thesis had.
    full: {
      criteria: criteria(4000),
      training: { ...thesisTraining, schedule: cosine(), epochs: 12, validation: 5000 },
    },
    // What the thesis did: no validation split, the best epoch on the test set reported beside the last; annealing on the
    // first 2,000 training images.
    paper: { split: 'first' },
  },
})
