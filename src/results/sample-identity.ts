import { digest } from '../values/digest.ts'
import type { RunIdentity } from './types.ts'

/** The run that the sample plan stands for. */
export const identity: RunIdentity = {
  suite: 'mlp',
  summary: 'An MLP.',
  profile: 'quick',
  model: { name: 'decons-net', digest: digest('decons-net') },
  data: {
    name: 'glyphs',
    digest: digest('glyphs'),
    origin: 'generated',
    train: 1000,
    test: 100,
    passedOver: [{ name: 'mnist', why: 'not here' }],
  },
  engine: { runtime: 'onnx', version: '1.30.0', device: 'cpu', threads: 1 },
  training: {
    optimizer: { name: 'sgd', learningRate: 0.1, momentum: 0.9, weightDecay: 0.0001 },
    schedule: { name: 'steps', at: [30, 60], factor: 0.1 },
    batchSize: 64,
    epochs: 2,
    validation: 100,
    testEveryEpoch: true,
  },
  criteria: [
    {
      label: 'snip',
      plugin: { name: 'snip', digest: digest('snip') },
      kind: 'criterion',
      needs: ['weights', 'gradients'],
      scope: 'global',
      options: {},
      searchSet: 100,
      reinitialise: false,
      repair: null,
    },
    {
      label: 'annealing',
      plugin: { name: 'simulated-annealing', digest: digest('simulated-annealing') },
      kind: 'search',
      needs: [],
      scope: 'global',
      options: { budget: 30, cooling: 'linear', reheat: false },
      searchSet: 100,
      reinitialise: false,
      repair: null,
    },
  ],
  scoringBatch: 128,
  granularity: 'weight',
  kUnit: 'iterations',
  merit: 'last',
  filter: null,
  shard: null,
  plannedCells: 10,
  versions: { 'prune-bench': '0.1.0', node: '20.19.4' },
}
