import {
  compressionRatio,
  networkCost,
  orthogonality,
  theoreticalSpeedup,
  untoldParameters,
  type NetworkCost,
} from '../analyses/index.ts'
import type { CostFacts, KeptOfTotal, UnitFacts } from '../plan/index.ts'
import { structureOf, type Granularity, type Model } from '../plugin/index.ts'
import { deleteFilters } from '../pruning/index.ts'
import type { Artifact } from '../values/artifact.ts'
import type { NamedTensors } from '../values/host-tensor.ts'
import { denseLayers } from './dense-layers.ts'
import { effectiveOf } from './effective.ts'
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
    effective: effectiveOf(model, mask && mask.tensors, settings.granularity),
    ...costOf(model, tensors, mask, settings.granularity ?? 'weight'),
  }
  return { facts: asJson(facts), tensors: {} }
}

function orthogonalityOf(model: Model, weights: NamedTensors, mask: Artifact | null) {
  const layers = denseLayers(model, underMask(model, weights, mask))
  return layers && orthogonality(layers)
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
      ? cost(mask === null ? tensors : withoutFilters(model, tensors, mask))
      : cost(tensors, keptEntries(mask))
  const { weights, others } = untoldParameters({ tensors, parameters, operations })
  const [weighed, priced] = [wired && weights.length === 0, wired && weights.length + others.length === 0]
  const of = (name: keyof NetworkCost): KeptOfTotal => ({ kept: left[name], total: full[name] })
  return {
    parameters: of('parameters'),
    stored: of('stored'),
    macs: weighed ? of('macs') : null,
    operations: priced ? of('operations') : null,
    compressionRatio: compressionRatio(full, left),
    theoreticalSpeedup: weighed ? theoreticalSpeedup(full, left) : null,
    ...(wired && !priced ? { untold: [...weights, ...others] } : {}),
  }
}

/** What is left of a network, without the silent filters that engines need. */
function withoutFilters(model: Model, tensors: NamedTensors, mask: Artifact): NamedTensors {
  const structure = structureOf(model)
  return deleteFilters(tensors, structure, flatFilterMask(structure, mask.tensors))
}

function keptEntries(mask: Artifact | null): ReadonlyMap<string, number> {
  return new Map(
    Object.entries(mask?.tensors ?? {}).map(([name, { data }]) => [
      name,
      (data as Uint8Array).reduce((sum, bit) => sum + bit, 0),
    ]),
  )
}
