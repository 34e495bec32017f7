import type * as tf from '@tensorflow/tfjs-core'
import type { HostTensor, TensorSpec } from '../values/host-tensor.ts'
import type { Tree } from './types.ts'

/** A leaf and the names that lead to it. */
export interface Entry<Leaf> {
  readonly names: readonly string[]
  /** The names joined by dots, for messages and for finding the leaf's partner in another tree. */
  readonly path: string
  readonly leaf: Leaf
}

/** All leaves of a tree in the order in which the author wrote them. */
export function entriesOf<Leaf>(
  tree: Tree<Leaf>,
  isLeaf: (x: unknown) => x is Leaf,
  names: readonly string[] = [],
): Entry<Leaf>[] {
  if (isLeaf(tree)) return [entry(names, tree)]
  const branches = Object.entries(tree)
  return branches.flatMap(([name, branch]) => entriesOf(branch, isLeaf, [...names, name]))
}

/** All leaves of what claims to be a tree: tensors, and whatever else is not an object of named branches. */
export function leavesOf(tree: unknown, names: readonly string[] = []): Entry<unknown>[] {
  if (!isObject(tree) || Array.isArray(tree) || ArrayBuffer.isView(tree) || isSpec(tree))
    return [entry(names, tree)]
  return Object.entries(tree).flatMap(([name, branch]) => leavesOf(branch, [...names, name]))
}

/** The tree that has these leaves, and the empty branches of `like`, which no leaf tells of. */
export function grow<Leaf>(
  entries: readonly Entry<Leaf>[],
  like: object = {},
): { readonly [name: string]: Tree<Leaf> } {
  interface Branches {
    [name: string]: Tree<Leaf> | Branches
  }
  const root: Branches = {}
  for (const { names, leaf } of entries) {
    let here = root
    for (const name of names.slice(0, -1)) here = here[name] ??= {}
    here[names.at(-1) ?? ''] = leaf
  }
  addEmptyBranches(root, like)
  return root
}

/** The same entries with other leaves, which stand in their order. */
export function placed<Leaf>(entries: readonly Entry<unknown>[], leaves: readonly Leaf[]): Entry<Leaf>[] {
  return entries.map((e, i) => ({ ...e, leaf: leaves[i] as Leaf }))
}

/** The tree of entries with other leaves, and the empty branches of `like`. */
export function treeOf<Leaf>(
  entries: readonly Entry<unknown>[],
  leaves: readonly Leaf[],
  like: object = {},
): { readonly [name: string]: Tree<Leaf> } {
  return grow(placed(entries, leaves), like)
}

function addEmptyBranches(here: Record<string, unknown>, like: object): void {
  for (const [name, branch] of Object.entries(like)) {
    if (!isObject(branch) || isSpec(branch)) continue
    addEmptyBranches((here[name] ??= {}) as Record<string, unknown>, branch)
  }
}

/** The leaves of one branch of the top level, with their names inside it. */
export function branchOf<Leaf>(entries: readonly Entry<Leaf>[], name: string): Entry<Leaf>[] {
  return entries.filter((e) => e.names[0] === name).map((e) => entry(e.names.slice(1), e.leaf))
}

/** Leaf of a signature. */
export function isSpec(x: unknown): x is TensorSpec {
  return isObject(x) && typeof x.dtype === 'string' && Array.isArray(x.shape)
}

/** Leaf of what a caller passes. */
export function isHostTensor(x: unknown): x is HostTensor {
  return isSpec(x) && 'data' in x && ArrayBuffer.isView(x.data)
}

/** Leaf of what a traced function sees. Not `instanceof`: another copy of tfjs may have made it. */
export function isTensor(x: unknown): x is tf.Tensor {
  return isSpec(x) && 'dataId' in x
}

function entry<Leaf>(names: readonly string[], leaf: Leaf): Entry<Leaf> {
  return { names, path: names.join('.'), leaf }
}

function isObject(x: unknown): x is Readonly<Record<string, unknown>> {
  return x !== null && typeof x === 'object'
}
