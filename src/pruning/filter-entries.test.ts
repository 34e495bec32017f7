import { expect, test } from 'vitest'
import { sizeOf, type NamedTensors } from '../values/host-tensor.ts'
import { stream } from '../values/random.ts'
import { basicCnn, basicCnnParameters, basicCnnTensors } from './basic-cnn.fixture.ts'
import { compactFilters } from './compact-filters.ts'
import { filterEntries, type FilterEntries } from './filter-entries.ts'
import { chain, randomMask, randomTensors, residual } from './small-networks.fixture.ts'

/** Takes entry after entry what the lists say, in the order of the smaller tensors. */
function taken(tensors: NamedTensors, axes: FilterEntries['axes'], all: readonly Int32Array[]) {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, { shape, data }]) => {
      const lists = shape.map((length, axis) => {
        const listed = axes[name]?.[axis]
        const entries = listed ? [...(all[listed.kept] ?? [])] : Array.from({ length }, (_, i) => i)
        const factors = listed?.live == null ? entries.map(() => 1) : [...(all[listed.live] ?? [])]
        return entries.map((entry, i) => ({ entry, factor: factors[i] ?? NaN }))
      })
      const small = lists.map(({ length }) => length)
      const values = Array.from({ length: sizeOf(small) }, (_, flat) => {
        let [rest, at, stride, factor] = [flat, 0, 1, 1]
        for (let axis = shape.length - 1; axis >= 0; axis--) {
          const list = lists[axis] ?? []
          const { entry, factor: own } = list[rest % list.length] ?? { entry: NaN, factor: NaN }
          rest = Math.floor(rest / list.length)
          at += entry * stride
          stride *= shape[axis] ?? NaN
          factor *= own
        }
        // Adding 0 turns −0 into 0.
        return (data[at] ?? NaN) * factor + 0
      })
      return [name, { shape: small, values }]
    }),
  )
}

test.each(Object.entries({ chain, residual }))(
  'the lists of %s say what compacted networks are made of',
  (_, network) => {
    const { structure, parameters } = network
    const random = stream(7, 'entries')
    for (let round = 0; round < 40; round++) {
      const tensors = randomTensors(network, round)
      const names = new Set(parameters)
      const live = randomMask(structure, random, random.uniform())
      const keep = randomMask(structure, random, 0.5).map((bit, filter) => bit | (live[filter] as number))
      const entries = filterEntries(tensors, structure, names)
      const expected = compactFilters(tensors, structure, { keep, live, parameters: names })
      expect(taken(tensors, entries.axes, entries.lists(keep, live))).toEqual(
        Object.fromEntries(
          Object.entries(expected).map(([name, { shape, data }]) => [
            name,
            { shape: [...shape], values: Array.from(data, (v) => v + 0) },
          ]),
        ),
      )
    }
  },
)

test('axes that follow the same filters share their lists', () => {
  const entries = filterEntries(basicCnnTensors, basicCnn, new Set(basicCnnParameters))
  const whole = new Uint8Array(basicCnn.filters).fill(1)
  // Four convolutions' filters, and the pixels of the last ones that the dense layer reads: what is kept, and what is live.
  const lengths = entries.lists(whole, whole).map(({ length }) => length)
  expect(lengths.sort((a, b) => a - b)).toEqual([64, 64, 128, 128, 256, 256, 512, 512, 8192, 8192])
})
