import {
  compressionRatio,
  effectiveNetwork,
  networkCost,
  orthogonality,
  theoreticalSpeedup,
  type Connection,
  type NetworkCost,
} from '../analyses/index.ts'
import type { CostFacts, KeptOfTotal, UnitFacts } from '../plan/index.ts'
import { structureOf, type Granularity, type Model } from '../plugin/index.ts'
import type { Artifact } from '../values/artifact.ts'
import { sizeOf, type HostTensor, type NamedTensors } from '../values/host-tensor.ts'
import { denseLayers } from './dense-layers.ts'
import { asJson, flatFilterMask, underMask } from './inputs.ts'
import type { RunUnit } from './types.ts'

/** Orthogonality, connectedness and cost of the pruned network at its initial weights; of the full one where there is no mask. */
export const runAnalyse: RunUnit<'analyse'> = async (unit, context) => {
  const { inputs, settings } = unit.document
  const model = await context.model()
  const { tensors } = await context.input('initial')
  const mask = inputs.mask === undefined ? null : await context.input('mask')
  const facts: UnitFacts['analyse'] = {
    orthogonality: settings.granularity === 'filter' ? null : orthogonalityOf(model, tensors, mask),
    effective: effectiveOf(model, tensors, mask, settings.granularity ?? 'weight'),
    ...costOf(model, tensors, mask, settings.granularity ?? 'weight'),
  }
  return { facts: asJson(facts), tensors: {} }
}

function orthogonalityOf(model: Model, weights: NamedTensors, mask: Artifact | null) {
  const layers = denseLayers(model, underMask(model, weights, mask))
  return layers && orthogonality(layers)
}

/** How much of what masks decide on still lies on a path from input to output. */
function effectiveOf(
  model: Model,
  tensors: NamedTensors,
  mask: Artifact | null,
  granularity: Granularity,
): KeptOfTotal | null {
  if (model.wire === undefined) return null
  const structure = structureOf(model)
  const byFilter = granularity === 'filter'
  const multiplied = structure.operations
    .filter(({ kind }) => kind === 'multiply')
    .map(({ tensor }) => tensor)
  // Shortcuts choose channels by fixed matrices of 0 and 1.
  const fixed = model.buffers.filter((buffer) => buffer.fixed === true && buffer.shape.length > 1)
  const buffers = new Set(fixed.map(({ name }) => name))
  const leading = new Set([...multiplied, ...buffers])
  // Axes are in the order in which data flows; what no filter touches has none.
  const inOrder = new Set([...structure.axes.map(({ tensor }) => tensor), ...leading])
  const connections = [...inOrder]
    .filter((tensor) => leading.has(tensor))
    .map((tensor): Connection => {
      const { shape, data } = tensors[tensor] as HostTensor
      const bits = buffers.has(tensor)
        ? Uint8Array.from(data)
        : byFilter
          ? undefined
          : mask?.tensors[tensor]?.data
      return { tensor, shape, kept: (bits as Uint8Array | undefined) ?? null }
    })
  if (byFilter) {
    const kept = mask === null ? undefined : flatFilterMask(structure, mask)
    return { kept: effectiveNetwork(structure, connections, kept).filters, total: structure.filters }
  }
  const { entries } = effectiveNetwork(structure, connections)
  const maskable = model.parameters.filter((parameter) => parameter.maskable)
  return {
    kept: maskable.reduce((sum, { name }) => sum + (entries.get(name) ?? 0), 0),
    total: maskable.reduce((sum, { shape }) => sum + sizeOf(shape), 0),
  }
}

function costOf(
  model: Model,
  tensors: NamedTensors,
  mask: Artifact | null,
  granularity: Granularity,
): CostFacts {
  const wired = model.wire !== undefined
  const operations = wired ? structureOf(model).operations : []
  const parameters = model.parameters.map(({ name }) => name)
  const fixed = new Set(model.buffers.filter((buffer) => buffer.fixed === true).map(({ name }) => name))
  const cost = (all: NamedTensors, kept?: ReadonlyMap<string, number>) => {
    const counted = Object.fromEntries(Object.entries(all).filter(([name]) => !fixed.has(name)))
    return networkCost({ tensors: counted, parameters, operations }, kept)
  }
  const full = cost(tensors)
  const left =
    granularity === 'filter'
      ? cost(underMask(model, tensors, mask, 'filter'))
      : cost(tensors, keptEntries(mask))
  const of = (name: keyof NetworkCost): KeptOfTotal => ({ kept: left[name], total: full[name] })
  return {
    parameters: of('parameters'),
    stored: of('stored'),
    macs: wired ? of('macs') : null,
    operations: wired ? of('operations') : null,
    compressionRatio: compressionRatio(full, left),
    theoreticalSpeedup: wired ? theoreticalSpeedup(full, left) : null,
  }
}

function keptEntries(mask: Artifact | null): ReadonlyMap<string, number> {
  return new Map(
    Object.entries(mask?.tensors ?? {}).map(([name, { data }]) => [
      name,
      (data as Uint8Array).reduce((sum, bit) => sum + bit, 0),
    ]),
  )
}
