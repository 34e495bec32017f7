import { expect, test } from 'vitest'
import type { LayerOperation, NetworkStructure } from '../values/network-structure.ts'
import { normScales } from './norm-scales.ts'
import { residual } from './small-networks.fixture.ts'

/** The residual network with batch-norms whose scales belong to filters from the given one on. */
function withNorms(scales: Readonly<Record<string, readonly number[]>>): NetworkStructure {
  const { structure } = residual
  return {
    ...structure,
    operations: [
      ...structure.groups
        .flatMap(({ producers }) => producers)
        .map((tensor) => operation(tensor, 'multiply')),
      ...Object.keys(scales).map((tensor) => operation(tensor, 'scale')),
    ],
    axes: [
      ...structure.axes,
      ...Object.entries(scales).map(([tensor, filters]) => ({
        ...{ tensor, axis: 0, role: 'output' as const },
        filters: Int32Array.from(filters),
      })),
    ],
  }
}

function operation(tensor: string, kind: LayerOperation['kind']): LayerOperation {
  return { layer: tensor, tensor, positions: 4, kind }
}

test('each producer of a group has the batch-norm scale of its own, in order', () => {
  const structure = withNorms({ 'n1/scale': [0, 1, 2], 'n2/scale': [3, 4], 'n3/scale': [0, 1, 2] })
  expect([...normScales(structure)]).toEqual([
    ['stem/weight', 'n1/scale'],
    ['b/weight', 'n3/scale'],
    ['a/weight', 'n2/scale'],
  ])
})

test('filters without a batch-norm for each of their layers are named', () => {
  expect(() => normScales(withNorms({ 'n2/scale': [3, 4] }))).toThrow(
    'the filters of stem go through no batch-norm',
  )
  expect(() => normScales(withNorms({ 'n1/scale': [0, 1, 2], 'n2/scale': [3, 4] }))).toThrow(
    'the filters of stem have 1 batch-norms, but 2 layers make them',
  )
})
