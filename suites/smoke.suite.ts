import { adadelta, cells, constant, defineSuite } from 'prune-bench'

export default defineSuite({
  summary: 'A toy experiment of a few seconds on generated data: whether everything works.',
  model: 'simplest-net',
  data: [{ name: 'glyphs', size: { train: 2000, test: 500 } }],
  criteria: ['magnitude', 'snip', 'random'],
  sparsities: [0.8, 0.95],
  seeds: [1, 2],
  training: {
    optimizer: adadelta(),
    schedule: constant(),
    batchSize: 50,
    epochs: 2,
    validation: 200,
    testEveryEpoch: false,
  },
  scoringBatch: 200,
  assertions: [
    cells().achieveSparsity(),
    cells().notCollapse(),
    // By 5.2 ± 1.6 points in twelve seeds; magnitudes of initial weights are worth no more than chance.
    cells({ criterion: 'snip', sparsity: 0.95 }).exceed({ criterion: 'random' }),
  ],
})
