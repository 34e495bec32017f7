import { effectiveNetwork, type Connection } from '../analyses/index.ts'
import type { KeptOfTotal } from '../plan/index.ts'
import { structureOf, type Granularity, type Model } from '../plugin/index.ts'
import type { MaskDescription } from '../pruning/index.ts'
import { sizeOf, type NamedTensors } from '../values/host-tensor.ts'
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
  const multiplied = new Set(
    structure.operations.filter(({ kind }) => kind === 'multiply').map(({ tensor }) => tensor),
  )
  const parameters = new Map(model.parameters.map(({ name, shape }) => [name, shape]))
  // Shortcuts choose channels by fixed matrices of 0 and 1.
  const fixed = new Map(
    model.buffers
      .filter((buffer) => buffer.fixed === true && buffer.shape.length > 1)
      .map((b) => [b.name, b]),
  )
  // Axes are in the order in which data flows; what no filter touches has none.
  const inOrder = new Set([...structure.axes.map(({ tensor }) => tensor), ...multiplied, ...fixed.keys()])
  const connections = [...inOrder].flatMap((tensor): Connection[] => {
    const buffer = fixed.get(tensor)
    if (buffer !== undefined)
      return [{ tensor, shape: buffer.shape, kept: Uint8Array.from(buffer.init(buffer.shape)) }]
    if (!multiplied.has(tensor)) return []
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
