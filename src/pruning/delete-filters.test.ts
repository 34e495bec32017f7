import { expect, test } from 'vitest'
import { float32, sizeOf, uint8, type NamedTensors } from '../values/host-tensor.ts'
import type { NetworkStructure } from '../values/network-structure.ts'
import { stream } from '../values/random.ts'
import { basicCnn, basicCnnTensors } from './basic-cnn.fixture.ts'
import { compactFilters } from './compact-filters.ts'
import { deleteFilters } from './delete-filters.ts'
import { filterFactors } from './filter-factors.ts'
import { paddedMask } from './padded-mask.ts'
import { inMultiples } from './room.ts'
import { chain, randomMask, randomTensors, residual } from './small-networks.fixture.ts'

const networks = { chain, residual }
const bytes = (...bits: number[]) => Uint8Array.from(bits)

/** By definition: looks at every entry of a tensor, at its index along every axis. */
function entryByEntry(
  name: string,
  shape: readonly number[],
  structure: NetworkStructure,
  mask: Uint8Array,
): boolean[] {
  return Array.from({ length: sizeOf(shape) }, (_, flat) => {
    let rest = flat
    const index = shape.map(() => 0)
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] = rest % (shape[axis] as number)
      rest = Math.floor(rest / (shape[axis] as number))
    }
    return structure.axes.every(({ tensor, axis, filters }) => {
      const filter = tensor === name ? (filters[index[axis] as number] as number) : -1
      return filter === -1 || mask[filter] === 1
    })
  })
}

/** The structure of a network after deletion. */
function deleted(structure: NetworkStructure, mask: Uint8Array): NetworkStructure {
  const number = new Map([...mask.keys()].filter((f) => mask[f] === 1).map((f, i) => [f, i]))
  let start = 0
  const groups = structure.groups.map((group) => {
    const size = mask.slice(start, start + group.size).filter((bit) => bit === 1).length
    start += group.size
    return { ...group, size }
  })
  const axes = structure.axes.map((binding) => ({
    ...binding,
    filters: binding.filters.filter((f) => f < 0 || mask[f] === 1).map((f) => number.get(f) ?? -1),
  }))
  return { groups, axes, filters: number.size, operations: structure.operations }
}

function expectClose(actual: readonly number[], expected: readonly number[]) {
  const scale = Math.max(...expected.map(Math.abs))
  actual.forEach((v, i) => {
    expect(Math.abs(v - (expected[i] as number))).toBeLessThanOrEqual(1e-12 * scale)
  })
}

test('deletion worked out by hand, along both axes of a tensor', () => {
  const tensors = {
    'fc1/weight': float32(
      [5, 16],
      Array.from({ length: 80 }, (_, i) => i),
    ),
    'conv2/weight': float32(
      [2, 2, 3, 4],
      Array.from({ length: 48 }, (_, i) => i),
    ),
    'norm1/variance': float32([3], [7, 8, 9]),
    steps: uint8([1], Uint8Array.of(5)),
  }
  // Keeps filters 0 and 2 of conv1, 1 of conv2, 0 and 4 of fc1.
  const result = deleteFilters(tensors, chain.structure, bytes(1, 0, 1, 0, 1, 0, 0, 1, 0, 0, 0, 1))
  expect(result).toEqual({
    'fc1/weight': float32([2, 4], [1, 5, 9, 13, 65, 69, 73, 77]),
    'conv2/weight': float32([2, 2, 2, 1], [1, 9, 13, 21, 25, 33, 37, 45]),
    'norm1/variance': float32([2], [7, 9]),
    steps: tensors.steps,
  })
  expect(result.steps).toBe(tensors.steps)
})

test.each(Object.entries(networks))('%s: what is left is what no pruned filter touches', (_, network) => {
  const random = stream(1, 'delete')
  const tensors = randomTensors(network, 1)
  for (let round = 0; round < 100; round++) {
    const mask = randomMask(network.structure, random, (round % 5) / 4)
    const result = deleteFilters(tensors, network.structure, mask)
    expect(Object.keys(result)).toEqual(Object.keys(tensors))
    for (const [name, { shape, data }] of Object.entries(tensors)) {
      const keeps = entryByEntry(name, shape, network.structure, mask)
      expect([...(result[name]?.data ?? [])], name).toEqual([...data].filter((_, i) => keeps[i]))
      expect(sizeOf(result[name]?.shape ?? []), name).toBe(keeps.filter((k) => k).length)
    }
  }
})

test('keeping all passes every tensor on; bound tensors of the wrong size or type are refused', () => {
  const { structure } = chain
  const tensors = randomTensors(chain, 2)
  const all = bytes(...Array.from({ length: 12 }, () => 1))
  for (const [name, tensor] of Object.entries(deleteFilters(tensors, structure, all)))
    expect(tensor).toBe(tensors[name])
  expect(() => deleteFilters(tensors, structure, bytes(1))).toThrow(
    'a mask of 1 does not fit a network of 12 filters',
  )
  expect(() => deleteFilters({ 'norm1/mean': float32([2], [1, 2]) }, structure, all)).toThrow(
    "norm1/mean has shape [2], but the network's structure has 3 entries along axis 0",
  )
  const none = new Uint8Array(12)
  expect(() => deleteFilters({ 'conv1/bias': uint8([3], bytes(1, 1, 1)) }, structure, none)).toThrow(
    'conv1/bias is uint8: filters are cut out of float32 tensors',
  )
})

test.each(Object.entries(networks))('%s: deleting in two steps is deleting at once', (_, network) => {
  const random = stream(2, 'delete')
  const tensors = randomTensors(network, 3)
  for (let round = 0; round < 50; round++) {
    const first = randomMask(network.structure, random, 0.7)
    const both = first.map((bit) => (bit === 1 && random.integer(3) > 0 ? 1 : 0))
    const rest = both.filter((_, filter) => first[filter] === 1)
    const halfway = deleteFilters(tensors, network.structure, first)
    expect(deleteFilters(halfway, deleted(network.structure, first), rest)).toEqual(
      deleteFilters(tensors, network.structure, both),
    )
  }
})

test.each(Object.entries(networks))(
  '%s: masked, compacted and deleted networks compute the same',
  (_, network) => {
    const random = stream(3, 'delete')
    const { structure, evaluate, parameters } = network
    for (let round = 0; round < 60; round++) {
      const tensors = randomTensors(network, round)
      const image = Array.from({ length: network.pixels }, () => random.normal())
      const live = randomMask(structure, random, 0.6, true)
      const expected = evaluate(deleteFilters(tensors, structure, live), image)

      const factors = filterFactors(tensors, structure, live, parameters)
      const masked: NamedTensors = Object.fromEntries(
        Object.entries(tensors).map(([name, tensor]) => {
          const factor = factors[name]
          // Adding 0 turns −0 into 0.
          const data = Float32Array.from(tensor.data, (v, i) => v * (factor?.data[i] ?? 1) + 0)
          return [name, float32(tensor.shape, data)]
        }),
      )
      expectClose(evaluate(masked, image), expected)

      const keep = randomMask(structure, random, 0.5).map((bit, filter) => bit | (live[filter] as number))
      const names = new Set(parameters)
      const compacted = compactFilters(tensors, structure, { keep, live, parameters: names })
      expectClose(evaluate(compacted, image), expected)
      expect(compacted).toEqual(deleteFilters({ ...tensors, ...masked }, structure, keep))
      const whole = new Uint8Array(structure.filters).fill(1)
      expect(compactFilters(tensors, structure, { keep: whole, live, parameters: names })).toEqual(masked)
      expect(tensors).toEqual(randomTensors(network, round))
    }
  },
)

test('factors are for parameters that follow filters, by definition entry by entry', () => {
  const random = stream(4, 'delete')
  for (const network of [chain, residual]) {
    const tensors = randomTensors(network, 1)
    const bound = new Set(network.structure.axes.map(({ tensor }) => tensor))
    for (let round = 0; round < 30; round++) {
      const mask = randomMask(network.structure, random, round / 29)
      const factors = filterFactors(tensors, network.structure, mask, network.parameters)
      expect(Object.keys(factors)).toEqual(network.parameters.filter((name) => bound.has(name)))
      for (const [name, { shape, data }] of Object.entries(factors))
        expect([...data], name).toEqual(
          entryByEntry(name, shape, network.structure, mask).map((keeps) => (keeps ? 1 : 0)),
        )
    }
  }
  expect(() => filterFactors({}, chain.structure, new Uint8Array(12), ['conv1/bias'])).toThrow(
    'the network has no tensor conv1/bias',
  )
})

test('of buffers, what reads a pruned channel is silenced and what belongs to one is not', () => {
  // A shortcut adds channels of a to those of b by a fixed matrix; a has batch-norm.
  const follows = (tensor: string, axis: number, role: 'output' | 'input', ...filters: number[]) => ({
    ...{ tensor, axis, role },
    filters: Int32Array.from(filters),
  })
  const structure: NetworkStructure = {
    groups: [
      { name: 'a', size: 3, producers: ['a/weight'] },
      { name: 'b', size: 2, producers: ['b/weight'] },
    ],
    filters: 5,
    axes: [
      follows('a/weight', 3, 'output', 0, 1, 2),
      follows('norm/variance', 0, 'output', 0, 1, 2),
      follows('shortcut/selection', 0, 'input', 0, 1, 2),
      follows('shortcut/selection', 1, 'output', 3, 4),
    ],
    operations: [],
  }
  const tensors = {
    'a/weight': float32([1, 1, 1, 3], [2, 3, 4]),
    'norm/variance': float32([3], [5, 6, 7]),
    'shortcut/selection': float32([3, 2], [1, 0, 0, 1, 0, 0]),
  }
  const live = bytes(1, 0, 0, 0, 1)
  expect(filterFactors(tensors, structure, live, ['a/weight'])).toEqual({
    'a/weight': float32([1, 1, 1, 3], [1, 0, 0]),
    'shortcut/selection': float32([3, 2], [1, 1, 0, 0, 0, 0]),
  })
  const keep = bytes(1, 1, 0, 1, 1)
  expect(compactFilters(tensors, structure, { keep, live, parameters: new Set(['a/weight']) })).toEqual({
    'a/weight': float32([1, 1, 1, 2], [2, 0]),
    'norm/variance': float32([2], [5, 6]),
    'shortcut/selection': float32([2, 2], [1, 0, 0, 0]),
  })
})

test('a live filter that is not among those to keep is a mistake', () => {
  const [keep, live] = [bytes(1, 1, 0, 1, 1), bytes(1, 0, 1, 1, 1)]
  expect(() => compactFilters({}, residual.structure, { keep, live, parameters: new Set() })).toThrow(
    'filter 2 is live, but not among those to keep',
  )
})

test('a padded mask is the smallest with a multiple of filters in each group', () => {
  const { structure } = chain
  expect([...paddedMask(structure, bytes(0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 1, 1), inMultiples(2))]).toEqual([
    ...[1, 0, 1],
    ...[1, 1, 0, 0],
    ...[1, 1, 0, 1, 1],
  ])
  const random = stream(5, 'delete')
  for (let round = 0; round < 200; round++) {
    const mask = randomMask(structure, random, random.uniform())
    const multiple = 1 + random.integer(6)
    const padded = paddedMask(structure, mask, inMultiples(multiple))
    expect(mask.every((bit, i) => bit <= (padded[i] as number))).toBe(true)
    let start = 0
    for (const { size } of structure.groups) {
      const [live, kept] = [mask, padded].map(
        (m) => m.slice(start, start + size).filter((b) => b === 1).length,
      )
      const candidates = Array.from({ length: size + 1 }, (_, n) => n).filter(
        (n) => n > 0 && n >= (live ?? 0) && (n % multiple === 0 || n === size),
      )
      expect(kept).toBe(candidates[0])
      const added = [...padded.keys()].filter((i) => i >= start && i < start + size && padded[i] !== mask[i])
      const dead = [...mask.keys()].filter((i) => i >= start && i < start + size && mask[i] === 0)
      expect(added).toEqual(dead.slice(0, added.length))
      start += size
    }
  }
  expect(() => inMultiples(0)).toThrow('multiples of 0')
  expect(() => paddedMask(structure, new Uint8Array(1), inMultiples(8))).toThrow('a mask of 1 does not fit')
})

test('a deleted basic-cnn has the shapes and entries of its kept filters', () => {
  const random = stream(6, 'delete')
  const mask = randomMask(basicCnn, random, 0.2)
  const kept = [0, 64, 192, 448, 960].flatMap((end, l, ends) =>
    l === 0 ? [] : [[...mask.keys()].filter((f) => f >= (ends[l - 1] as number) && f < end && mask[f] === 1)],
  )
  const [a, b, c, d] = kept.map((filters) => filters.length) as [number, number, number, number]
  const result = deleteFilters(basicCnnTensors, basicCnn, mask)
  const shapes = Object.fromEntries(Object.entries(result).map(([name, { shape }]) => [name, shape]))
  expect(shapes).toMatchObject({
    'conv1/weight': [3, 3, 3, a],
    'conv2/weight': [3, 3, a, b],
    'conv3/weight': [3, 3, b, c],
    'conv4/weight': [3, 3, c, d],
    'norm3/variance': [c],
    'dense/weight': [10, 16 * d],
    'dense/bias': [10],
  })
  const conv4 = Array.from({ length: 9 }, (_, at) =>
    (kept[2] ?? []).flatMap((i) => (kept[3] ?? []).map((o) => (at * 256 + i - 192) * 512 + o - 448)),
  ).flat()
  expect([...(result['conv4/weight']?.data ?? [])]).toEqual(conv4)
  const dense = Array.from({ length: 160 }, (_, at) => (kept[3] ?? []).map((f) => at * 512 + f - 448)).flat()
  expect([...(result['dense/weight']?.data ?? [])]).toEqual(dense)
})
