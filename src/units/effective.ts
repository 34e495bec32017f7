import { effectiveNetwork, type Connection } from '../analyses/index.ts'
import type { KeptOfTotal } from '../plan/index.ts'
import { structureOf, type Granularity, type Model } from '../plugin/index.ts'
import type { MaskDescription } from '../pruning/index.ts'
import { sizeOf, type NamedTensors } from '../values/host-tensor.ts'
import type { NetworkStructure } from '../values/network-structure.ts'
import { flatFilterMask } from './inputs.ts'

/**
 * How many of the weights or filters that masks decide on lie on a path of kept ones from input to output; `mask` has a
 * tensor of bytes for each maskable parameter or group of filters, null keeps everything. Null where the model does not
 * tell its structure.
 */
export function effectiveOf(
  model: Model,
  mask: NamedTensors | null,
  granularity: Granularity = 'weight',
): KeptOfTotal | null {
  if (model.wire === undefined) return null
  const structure = structureOf(model)
  const byFilter = granularity === 'filter'
  const parameters = new Map(model.parameters.map(({ name, shape }) => [name, shape]))
  // Shortcuts choose channels by fixed matrices of 0 and 1.
  const fixed = new Map(
    model.buffers
      .filter((buffer) => buffer.fixed === true && buffer.shape.length > 1)
      .map((b) => [b.name, b]),
  )
  const weights = leadingWeights(model, structure)
  // Axes are in the order in which data flows; what no filter touches has none.
  const inOrder = new Set([...structure.axes.map(({ tensor }) => tensor), ...weights, ...fixed.keys()])
  const connections = [...inOrder].flatMap((tensor): Connection[] => {
    const buffer = fixed.get(tensor)
    if (buffer !== undefined)
      return [{ tensor, shape: buffer.shape, kept: Uint8Array.from(buffer.init(buffer.shape)) }]
    if (!weights.has(tensor)) return []
    const kept = byFilter ? undefined : mask?.[tensor]?.data
    return [{ tensor, shape: parameters.get(tensor) ?? [], kept: (kept as Uint8Array | undefined) ?? null }]
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

/**
 * The weights that lead from channels to channels, whether or not a layer tells what they cost: those that masks decide on,
 * that read channels, or that are multiplied. Not those of layers that treat each channel by itself, as filters of single
 * channels do: what made a channel leads through them.
 */
function leadingWeights(model: Model, { axes, operations }: NetworkStructure): ReadonlySet<string> {
  const reading = new Set(axes.filter(({ role }) => role === 'input').map(({ tensor }) => tensor))
  const multiplied = new Set(operations.filter(({ kind }) => kind === 'multiply').map(({ tensor }) => tensor))
  const maskable = new Set(model.parameters.filter((one) => one.maskable).map(({ name }) => name))
  const weights = model.parameters.filter(({ shape }) => shape.length > 1).map(({ name }) => name)
  const makes = (tensor: string) => axes.find((axis) => axis.tensor === tensor && axis.role === 'output')
  const order = axes.map(({ tensor }) => tensor)
  const isMadeBefore = (tensor: string) => {
    const filters = makes(tensor)?.filters ?? new Int32Array()
    return order
      .slice(0, order.indexOf(tensor))
      .some((other) => makes(other)?.filters.some((filter) => filter >= 0 && filters.includes(filter)))
  }
  return new Set(
    weights.filter(
      (name) => maskable.has(name) || reading.has(name) || (multiplied.has(name) && !isMadeBefore(name)),
    ),
  )
}

/**
 * Whether a mask leaves no path from input to output, so that the network's output does not depend on its input. Where the
 * model does not tell its structure, a layer that keeps nothing counts as the end of every path.
 */
export function isCollapsed(
  model: Model,
  mask: NamedTensors,
  { emptyLayers }: Pick<MaskDescription, 'emptyLayers'>,
  granularity: Granularity = 'weight',
): boolean {
  const effective = effectiveOf(model, mask, granularity)
  return effective === null ? emptyLayers.length > 0 : effective.kept === 0
}
