import type { DType, Shape } from '../../values/host-tensor.ts'
import type { Graph } from '../graph/graph.ts'
import type { BinaryFn, CompareFn, Node, Op, OpKind, ReduceFn, UnaryFn } from '../graph/node.ts'

/** Records one operation. */
export type Sample = (g: Graph) => Node

const SHAPE: Shape = [2, 3]

/** A node of inputs of these types, all of one shape. */
function of(op: Op, types: readonly DType[], dtype: DType, given = SHAPE, shape = given): Sample {
  return (g) =>
    g.node(
      op,
      types.map((type) => g.input(type, given)),
      dtype,
      shape,
    )
}

function table<Fn extends string>(
  fns: Readonly<Record<Fn, readonly DType[]>>,
  sample: (fn: Fn, type: DType) => Sample,
): Readonly<Record<string, Sample>> {
  return Object.fromEntries(
    (Object.entries(fns) as [Fn, readonly DType[]][]).flatMap(([fn, types]) =>
      types.map((type) => [type === 'float32' ? fn : `${fn} of ${type}`, sample(fn, type)]),
    ),
  )
}

const REAL = ['float32'] as const
const BOTH = ['float32', 'int32'] as const

const UNARY: Readonly<Record<UnaryFn, readonly DType[]>> = {
  abs: BOTH,
  neg: BOTH,
  sign: BOTH,
  sqrt: REAL,
  reciprocal: REAL,
  exp: REAL,
  log: REAL,
  sin: REAL,
  cos: REAL,
  tan: REAL,
  asin: REAL,
  acos: REAL,
  atan: REAL,
  sinh: REAL,
  cosh: REAL,
  tanh: REAL,
  asinh: REAL,
  acosh: REAL,
  atanh: REAL,
  erf: REAL,
  sigmoid: REAL,
  softplus: REAL,
  relu: BOTH,
  elu: REAL,
  selu: REAL,
  floor: REAL,
  ceil: REAL,
  round: REAL,
}
const BINARY: Readonly<Record<BinaryFn, readonly DType[]>> = {
  add: BOTH,
  sub: BOTH,
  mul: BOTH,
  div: BOTH,
  rem: BOTH,
  pow: REAL,
  max: BOTH,
  min: BOTH,
}
const COMPARE: Readonly<Record<CompareFn, readonly DType[]>> = {
  equal: BOTH,
  greater: BOTH,
  greaterEqual: BOTH,
  less: BOTH,
  lessEqual: BOTH,
}
const REDUCE: Readonly<Record<ReduceFn, readonly DType[]>> = {
  sum: BOTH,
  mean: REAL,
  max: BOTH,
  min: BOTH,
  prod: REAL,
}

/** Truth values as numbers: they do not leave a device as they are. */
function asNumbers(sample: Sample): Sample {
  return (g) => g.node({ kind: 'cast' }, [sample(g)], 'float32', SHAPE)
}

/** Truth values that are made on the device. */
function truth(g: Graph): Node {
  return of({ kind: 'compare', fn: 'greater' }, ['float32', 'float32'], 'bool')(g)
}

const windows = {
  rows: { size: 4, windows: 2, taps: 3, stride: 1, dilation: 1, before: 0 },
  columns: { size: 4, windows: 2, taps: 3, stride: 1, dilation: 1, before: 0 },
}

/** Small functions of every kind of node, by what tells them apart. */
export const samples: { readonly [K in OpKind]: Readonly<Record<string, Sample>> } = {
  // What is given or known is no operation.
  input: {},
  constant: {},
  splat: {},
  broadcast: { '': of({ kind: 'broadcast' }, ['float32'], 'float32', [1, 3], [2, 3]) },
  unary: table(UNARY, (fn, type) => of({ kind: 'unary', fn }, [type], type)),
  binary: table(BINARY, (fn, type) => of({ kind: 'binary', fn }, [type, type], type)),
  compare: table(COMPARE, (fn, type) => asNumbers(of({ kind: 'compare', fn }, [type, type], 'bool'))),
  logical: {
    and: asNumbers((g) => g.node({ kind: 'logical', fn: 'and' }, [truth(g), truth(g)], 'bool', SHAPE)),
    or: asNumbers((g) => g.node({ kind: 'logical', fn: 'or' }, [truth(g), truth(g)], 'bool', SHAPE)),
  },
  not: { '': asNumbers((g) => g.node({ kind: 'not' }, [truth(g)], 'bool', SHAPE)) },
  predicate: {
    isNaN: asNumbers(of({ kind: 'predicate', fn: 'isNaN' }, ['float32'], 'bool')),
    isInf: asNumbers(of({ kind: 'predicate', fn: 'isInf' }, ['float32'], 'bool')),
  },
  select: {
    '': (g) =>
      g.node(
        { kind: 'select' },
        [truth(g), g.input('float32', SHAPE), g.input('float32', SHAPE)],
        'float32',
        SHAPE,
      ),
  },
  clip: { '': of({ kind: 'clip', min: -1, max: 1 }, ['float32'], 'float32') },
  cast: {
    'int32 to float32': of({ kind: 'cast' }, ['int32'], 'float32'),
    'float32 to int32': of({ kind: 'cast' }, ['float32'], 'int32'),
    'uint8 to float32': of({ kind: 'cast' }, ['uint8'], 'float32', [2, 4]),
  },
  reshape: { '': of({ kind: 'reshape' }, ['float32'], 'float32', SHAPE, [6]) },
  transpose: { '': of({ kind: 'transpose', perm: [1, 0] }, ['float32'], 'float32', SHAPE, [3, 2]) },
  slice: table({ '': BOTH }, (_, type) =>
    of({ kind: 'slice', begin: [0, 1], strides: [1, 1] }, [type], type, SHAPE, [2, 2]),
  ),
  concat: table({ '': BOTH }, (_, type) =>
    of({ kind: 'concat', axis: 1 }, [type, type], type, SHAPE, [2, 6]),
  ),
  pad: {
    '': of({ kind: 'pad', before: [0, 1], after: [0, 1], value: 0 }, ['float32'], 'float32', SHAPE, [2, 5]),
  },
  tile: table({ '': BOTH }, (_, type) => of({ kind: 'tile', reps: [1, 2] }, [type], type, SHAPE, [2, 6])),
  gather: table({ '': ['float32', 'int32', 'uint8'] }, (_, type) => (g) => {
    const rows = g.node(
      { kind: 'gather', axis: 0 },
      [g.input(type, [5, 4]), g.input('int32', [2])],
      type,
      [2, 4],
    )
    return type === 'uint8' ? g.node({ kind: 'cast' }, [rows], 'float32', [2, 4]) : rows
  }),
  gatherNd: {
    '': (g) =>
      g.node({ kind: 'gatherNd' }, [g.input('float32', SHAPE), g.input('int32', [4, 2])], 'float32', [4]),
  },
  scatterAdd: {
    '': (g) =>
      g.node(
        { kind: 'scatterAdd' },
        [g.input('float32', SHAPE), g.input('int32', [4, 2]), g.input('float32', [4])],
        'float32',
        SHAPE,
      ),
  },
  cumsum: { '': of({ kind: 'cumsum', axis: 1, exclusive: false, reverse: false }, ['float32'], 'float32') },
  topk: {
    values: of({ kind: 'topk', k: 2, give: 'values' }, ['float32'], 'float32', SHAPE, [2, 2]),
    indices: of({ kind: 'topk', k: 2, give: 'indices' }, ['float32'], 'int32', SHAPE, [2, 2]),
  },
  reduce: table(REDUCE, (fn, type) =>
    of({ kind: 'reduce', fn, axes: [1], keepDims: false }, [type], type, SHAPE, [2]),
  ),
  arg: {
    max: of({ kind: 'arg', fn: 'max', axis: 1 }, ['float32'], 'int32', SHAPE, [2]),
    min: of({ kind: 'arg', fn: 'min', axis: 1 }, ['float32'], 'int32', SHAPE, [2]),
  },
  softmax: { '': of({ kind: 'softmax' }, ['float32'], 'float32') },
  hash: {
    '': (g) => g.node({ kind: 'hash' }, [g.input('int32', [4]), g.input('int32', [])], 'int32', [4]),
  },
  randomMask: {
    '': (g) =>
      g.node(
        { kind: 'randomMask', rate: 0.3 },
        [g.input('int32', [4]), g.input('int32', [3])],
        'float32',
        [4, 3],
      ),
  },
  matmul: {
    '': (g) => product(g, [4, 3], [4, 5], [3, 5]),
    'of batches': (g) => product(g, [2, 4, 3], [2, 4, 5], [2, 3, 5]),
  },
  convolution: {
    '': (g) =>
      g.node(
        { kind: 'convolution', over: windows },
        [g.input('float32', [2, 4, 4, 3]), g.input('float32', [3, 3, 3, 5])],
        'float32',
        [2, 2, 2, 5],
      ),
  },
  pooling: {
    max: of(
      { kind: 'pooling', fn: 'max', over: windows },
      ['float32'],
      'float32',
      [2, 4, 4, 3],
      [2, 2, 2, 3],
    ),
    mean: of(
      { kind: 'pooling', fn: 'mean', over: windows },
      ['float32'],
      'float32',
      [2, 4, 4, 3],
      [2, 2, 2, 3],
    ),
  },
}

function product(g: Graph, a: Shape, b: Shape, shape: Shape): Node {
  const op: Op = { kind: 'matmul', transposeA: true, transposeB: false }
  return g.node(op, [g.input('float32', a), g.input('float32', b)], 'float32', shape)
}
