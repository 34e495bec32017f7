import type { DType, HostTensor, Shape } from '../../values/host-tensor.ts'
import type { Windows } from './windows.ts'

export type UnaryFn =
  | 'abs'
  | 'neg'
  | 'sign'
  | 'sqrt'
  | 'reciprocal'
  | 'exp'
  | 'log'
  | 'sin'
  | 'cos'
  | 'tan'
  | 'asin'
  | 'acos'
  | 'atan'
  | 'sinh'
  | 'cosh'
  | 'tanh'
  | 'asinh'
  | 'acosh'
  | 'atanh'
  | 'erf'
  | 'sigmoid'
  | 'softplus'
  | 'relu'
  | 'elu'
  | 'selu'
  | 'floor'
  | 'ceil'
  | 'round'
/** `rem` is what truncating division leaves, with the dividend's sign; integers are divided towards zero. */
export type BinaryFn = 'add' | 'sub' | 'mul' | 'div' | 'rem' | 'pow' | 'max' | 'min'
export type CompareFn = 'equal' | 'greater' | 'greaterEqual' | 'less' | 'lessEqual'
export type LogicalFn = 'and' | 'or'
export type PredicateFn = 'isNaN' | 'isInf'
export type ReduceFn = 'sum' | 'mean' | 'max' | 'min' | 'prod'

/**
 * What a node computes. Element-wise ops broadcast their inputs as NumPy does. A `splat` is a tensor filled with one
 * number, a `broadcast` one that repeats its input: both stay symbolic as long as their consumers allow.
 */
export type Op =
  | { readonly kind: 'input' }
  | { readonly kind: 'constant'; readonly value: HostTensor }
  | { readonly kind: 'splat'; readonly value: number }
  | { readonly kind: 'broadcast' }
  | { readonly kind: 'unary'; readonly fn: UnaryFn }
  | { readonly kind: 'binary'; readonly fn: BinaryFn }
  | { readonly kind: 'compare'; readonly fn: CompareFn }
  | { readonly kind: 'logical'; readonly fn: LogicalFn }
  | { readonly kind: 'not' }
  | { readonly kind: 'predicate'; readonly fn: PredicateFn }
  | { readonly kind: 'select' }
  | { readonly kind: 'clip'; readonly min: number; readonly max: number }
  | { readonly kind: 'cast' }
  | { readonly kind: 'reshape' }
  | { readonly kind: 'transpose'; readonly perm: readonly number[] }
  | { readonly kind: 'slice'; readonly begin: readonly number[]; readonly strides: readonly number[] }
  | { readonly kind: 'concat'; readonly axis: number }
  | {
      readonly kind: 'pad'
      readonly before: readonly number[]
      readonly after: readonly number[]
      readonly value: number
    }
  | { readonly kind: 'tile'; readonly reps: readonly number[] }
  | { readonly kind: 'gather'; readonly axis: number }
  | { readonly kind: 'gatherNd' }
  | { readonly kind: 'scatterAdd' }
  | { readonly kind: 'cumsum'; readonly axis: number; readonly exclusive: boolean; readonly reverse: boolean }
  | { readonly kind: 'topk'; readonly k: number; readonly give: 'values' | 'indices' }
  | {
      readonly kind: 'reduce'
      readonly fn: ReduceFn
      readonly axes: readonly number[]
      readonly keepDims: boolean
    }
  | { readonly kind: 'arg'; readonly fn: 'max' | 'min'; readonly axis: number }
  | { readonly kind: 'softmax' }
  /** `hashed` of each value with a seed. */
  | { readonly kind: 'hash' }
  /** A dropout mask from the factors of its rows and its channels, in any shape whose elements come in that order. */
  | { readonly kind: 'randomMask'; readonly rate: number }
  | { readonly kind: 'matmul'; readonly transposeA: boolean; readonly transposeB: boolean }
  /** Images [batch, rows, columns, in] and filters [rows, columns, in, out], in graphs for other programs. */
  | { readonly kind: 'convolution'; readonly over: Windows }
  /** The largest or mean value under each window of images, of the pixels inside; in graphs for other programs. */
  | { readonly kind: 'pooling'; readonly fn: 'max' | 'mean'; readonly over: Windows }

export type OpKind = Op['kind']
export type OpOf<K extends OpKind> = Extract<Op, { kind: K }>

/** One tensor of a recorded function: how it is computed, from what, and its type. */
export interface Node {
  /** Grows in the order of recording; inputs have smaller ones. */
  readonly id: number
  readonly op: Op
  readonly inputs: readonly Node[]
  readonly dtype: DType
  readonly shape: Shape
}
