import { expect, test } from 'vitest'
import type { AxisBinding, NetworkStructure } from '../values/network-structure.ts'
import { stream } from '../values/random.ts'
import { effectiveNetwork, type Connection } from './effective.ts'

/** Fully connected layers of these widths, [out, in]: hidden neurons are filters, image and classes are not. */
function stack(widths: readonly number[]): NetworkStructure {
  const hidden = widths.slice(1, -1)
  const firsts = hidden.map((_, i) => hidden.slice(0, i).reduce((sum, width) => sum + width, 0))
  const numbers = (i: number) =>
    Int32Array.from({ length: hidden[i] as number }, (_, j) => (firsts[i] as number) + j)
  return {
    groups: hidden.map((size, i) => ({ name: `fc${i}`, size, producers: [`fc${i}/weight`] })),
    filters: hidden.reduce((sum, width) => sum + width, 0),
    axes: widths
      .slice(1)
      .flatMap((_, i): AxisBinding[] => [
        ...(i < hidden.length
          ? [{ tensor: `fc${i}/weight`, axis: 0, role: 'output' as const, filters: numbers(i) }]
          : []),
        ...(i > 0
          ? [{ tensor: `fc${i}/weight`, axis: 1, role: 'input' as const, filters: numbers(i - 1) }]
          : []),
      ]),
    operations: [],
  }
}

/** For each weight, the number of paths from input to output that use it, walking every one of them. */
function pathsThrough(widths: readonly number[], masks: readonly Uint8Array[]): Int32Array[] {
  const uses = masks.map((mask) => new Int32Array(mask.length))
  const walk = (layer: number, neuron: number, used: readonly number[]): void => {
    if (layer === masks.length) {
      used.forEach((weight, l) => ((uses[l] as Int32Array)[weight] as number)++)
      return
    }
    const [inputs, out] = [widths[layer] as number, widths[layer + 1] as number]
    for (let o = 0; o < out; o++) {
      const weight = o * inputs + neuron
      if (masks[layer]?.[weight] === 1) walk(layer + 1, o, [...used, weight])
    }
  }
  for (let i = 0; i < (widths[0] as number); i++) walk(0, i, [])
  return uses
}

test('weights on a path are those that counting every path finds', () => {
  const random = stream(1, 'effective')
  for (let trial = 0; trial < 300; trial++) {
    const widths = Array.from({ length: 2 + random.integer(4) }, () => 1 + random.integer(4))
    const density = 0.2 + 0.6 * random.uniform()
    const masks = widths
      .slice(1)
      .map((out, i) =>
        Uint8Array.from({ length: out * (widths[i] as number) }, () => (random.uniform() < density ? 1 : 0)),
      )
    const connections = masks.map((kept, i): Connection => ({
      tensor: `fc${i}/weight`,
      shape: [widths[i + 1] as number, widths[i] as number],
      kept,
    }))
    const { entries, filters } = effectiveNetwork(stack(widths), connections)
    const uses = pathsThrough(widths, masks)
    expect([...entries.values()]).toEqual(uses.map((layer) => layer.filter((paths) => paths > 0).length))
    // A hidden neuron is on a path if a weight that leads to it is.
    const neurons = uses.slice(0, -1).map((layer, l) => {
      const inputs = widths[l] as number
      return new Set(
        [...layer.keys()].filter((w) => (layer[w] as number) > 0).map((w) => Math.floor(w / inputs)),
      ).size
    })
    expect(filters).toBe(neurons.reduce((sum, n) => sum + n, 0))
  }
})

test('a convolution leads from a channel to another by any of its pixels, a flattened image by any of its places', () => {
  // 1 colour → 2 filters by 2×1 pixels, [height, width, in, out]; then 2 places of them, [out, places × filters].
  const structure: NetworkStructure = {
    groups: [{ name: 'conv', size: 2, producers: ['conv/weight'] }],
    filters: 2,
    axes: [
      { tensor: 'conv/weight', axis: 3, role: 'output', filters: Int32Array.of(0, 1) },
      { tensor: 'conv/bias', axis: 0, role: 'output', filters: Int32Array.of(0, 1) },
      { tensor: 'dense/weight', axis: 1, role: 'input', filters: Int32Array.of(0, 1, 0, 1) },
    ],
    operations: [],
  }
  const of = (conv: readonly number[], dense: readonly number[], kept?: readonly number[]) => {
    const found = effectiveNetwork(
      structure,
      [
        { tensor: 'conv/weight', shape: [2, 1, 1, 2], kept: Uint8Array.from(conv) },
        { tensor: 'dense/weight', shape: [1, 4], kept: Uint8Array.from(dense) },
      ],
      kept && Uint8Array.from(kept),
    )
    return [found.entries.get('conv/weight'), found.entries.get('dense/weight'), found.filters]
  }
  expect(of([1, 1, 1, 1], [1, 1, 1, 1])).toEqual([4, 4, 2])
  // The second filter keeps one pixel, and is read at one place.
  expect(of([1, 0, 1, 1], [0, 0, 0, 1])).toEqual([1, 1, 1])
  // The first filter is read, but empty; the second one makes what nobody reads.
  expect(of([0, 1, 0, 1], [1, 0, 1, 0])).toEqual([0, 0, 0])
  expect(of([1, 1, 1, 1], [1, 1, 1, 1], [0, 1])).toEqual([2, 2, 1])
})

test('a residual stream keeps connected what lies behind an empty layer; channels are fed by what comes before', () => {
  // The stem makes filter 0 of the stream of 0 and 1; a block reads one of them, and by filter 2 inside adds to one.
  const bound = (tensor: string, role: 'input' | 'output', ...filters: number[]) => ({
    tensor,
    axis: role === 'output' ? 0 : 1,
    role,
    filters: Int32Array.from(filters),
  })
  const structure: NetworkStructure = {
    groups: [],
    filters: 3,
    axes: [
      bound('stem', 'output', 0, 1),
      ...[bound('in', 'input', 0, 1), bound('in', 'output', 2)],
      ...[bound('out', 'input', 2), bound('out', 'output', 0, 1)],
      bound('head', 'input', 0, 1),
    ],
    operations: [],
  }
  const of = (
    stem: readonly number[],
    inside: readonly number[],
    out: readonly number[],
    head: readonly number[],
  ) => {
    const connections: Connection[] = [
      { tensor: 'stem', shape: [2, 1], kept: Uint8Array.from(stem) },
      { tensor: 'in', shape: [1, 2], kept: Uint8Array.from(inside) },
      { tensor: 'out', shape: [2, 1], kept: Uint8Array.from(out) },
      { tensor: 'head', shape: [1, 2], kept: Uint8Array.from(head) },
    ]
    const { entries, filters } = effectiveNetwork(structure, connections)
    return [...entries.values(), filters]
  }
  expect(of([1, 1], [1, 1], [1, 1], [1, 1])).toEqual([2, 2, 2, 2, 3])
  // Nothing of the block is left; the stream goes on.
  expect(of([1, 1], [1, 1], [0, 0], [1, 1])).toEqual([2, 0, 0, 2, 2])
  // Filter 1 is made by the block alone, and cannot be read by it.
  expect(of([1, 0], [0, 1], [0, 1], [1, 1])).toEqual([1, 0, 0, 1, 1])
  expect(of([1, 0], [1, 0], [0, 1], [1, 1])).toEqual([1, 1, 1, 2, 3])
  // Filter 0 is read by the block, and by nothing behind: what the block adds to it is lost.
  expect(of([1, 0], [1, 0], [1, 1], [0, 1])).toEqual([1, 1, 1, 1, 3])
})
