import type { UnitFacts } from '../plan/index.ts'
import { structureOf, type Model } from '../plugin/index.ts'
import { compactFilters } from '../pruning/index.ts'
import { measureLatency } from '../training/index.ts'
import type { Artifact } from '../values/artifact.ts'
import type { NamedTensors } from '../values/host-tensor.ts'
import { asJson, flatFilterMask, maskFacts, underMask } from './inputs.ts'
import type { RunUnit } from './types.ts'

/**
 * Times inference of the full network, of the silenced one in full size and of the one whose filters are deleted, beside each
 * other; nothing where the mask has collapsed. Its artifact is a measurement: the one kind that another run would not repeat.
 */
export const runBenchmark: RunUnit<'benchmark'> = async (unit, context) => {
  const { settings, inputs } = unit.document
  const mask = inputs.mask === undefined ? null : await context.input('mask')
  if (mask !== null && maskFacts(mask).collapsed) {
    const nothing = { batch: settings.batch, full: null, masked: null, deleted: null }
    return { facts: asJson(nothing satisfies UnitFacts['benchmark']), tensors: {} }
  }
  const [runtime, model] = [await context.runtime(), await context.model()]
  const { tensors } = await context.input('weights')
  const pruned: readonly NamedTensors[] =
    mask === null ? [] : [silenced(model, tensors, mask), underMask(model, tensors, mask, 'filter')]
  const { full, others } = await measureLatency(runtime, model, { shape: model.input }, tensors, pruned, {
    batch: settings.batch,
  })
  const [masked = null, deleted = null] = others
  const facts: UnitFacts['benchmark'] = { batch: settings.batch, full, masked, deleted }
  return { facts: asJson(facts), tensors: {} }
}

/** The network in full size, with zeros for all that belongs to pruned filters. */
function silenced(model: Model, tensors: NamedTensors, mask: Artifact): NamedTensors {
  const structure = structureOf(model)
  return compactFilters(tensors, structure, {
    keep: new Uint8Array(structure.filters).fill(1),
    live: flatFilterMask(structure, mask.tensors),
    parameters: new Set(model.parameters.map(({ name }) => name)),
  })
}
