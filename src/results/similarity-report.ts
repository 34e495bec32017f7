import {
  chanceOverlap,
  maskOverlap,
  similarityOf,
  type MaskOverlap,
  type PackedMask,
} from '../analyses/index.ts'
import type { CellPoint } from '../plan/types.ts'
import type { Digest } from '../values/digest.ts'
import type { PairSpread, SimilarityAt, SimilarityPair, SimilarityReport } from './details.ts'

/** A cell that has a mask. */
export interface MaskedCell {
  readonly point: CellPoint
  /** The unit that chose the mask: cells with one unit have one mask. */
  readonly unit: Digest
}

interface Layer {
  readonly name: string
  readonly mask: PackedMask
}

/** The masks of a network's layers, in the order of the layers. */
export type NetworkMask = readonly Layer[]

/** Seeds that are compared. */
const MOST_SEEDS = 8

/** The cells whose masks are compared: those of the first eight seeds. */
export function comparedCells(cells: readonly MaskedCell[]): readonly MaskedCell[] {
  const seeds = new Set([...new Set(cells.map(({ point }) => point.seed))].slice(0, MOST_SEEDS))
  return cells.filter(({ point }) => seeds.has(point.seed))
}

/**
 * Compares the masks of cells, sparsity by sparsity; cells come in the order of reports, masks by the unit that chose them.
 * Only masks of one seed are compared: they are chosen at the same initial weights. Masks of different seeds are over
 * weights that have nothing to do with each other, so their similarity says nothing of how they were chosen.
 */
export function similarityReport(
  cells: readonly MaskedCell[],
  masks: ReadonlyMap<Digest, NetworkMask>,
): SimilarityReport {
  const known = cells.filter(({ unit }) => masks.has(unit))
  const sparsities = [...new Set(known.map(({ point }) => point.sparsity))].sort((a, b) => a - b)
  return {
    sparsities: sparsities.map((sparsity) =>
      similarityAt(
        sparsity,
        known.filter(({ point }) => point.sparsity === sparsity),
        masks,
      ),
    ),
  }
}

function similarityAt(
  sparsity: number,
  cells: readonly MaskedCell[],
  masks: ReadonlyMap<Digest, NetworkMask>,
): SimilarityAt {
  const groups = new Map<string, MaskedCell[]>()
  for (const cell of cells) {
    const name = JSON.stringify([cell.point.criterion, cell.point.k])
    const group = groups.get(name)
    if (group === undefined) groups.set(name, [cell])
    else group.push(cell)
  }
  const all = [...groups.values()]
  const compare = comparison(masks)
  const first = masks.get(cells[0]?.unit ?? ('' as Digest)) ?? []
  const pairs = all.flatMap((members, a) =>
    all.slice(a).map((others, i) => ({ a, b: a + i, cells: pairsOf(members, others) })),
  )
  return {
    sparsity,
    groups: all.map((members) => {
      const { criterion, k } = (members[0] as MaskedCell).point
      return { criterion, k, cells: members.length }
    }),
    chance: similarityOf(chanceOverlap(total(first.map(({ mask }) => ofItself(mask))))),
    pairs: pairs.flatMap(({ a, b, cells: some }) =>
      some.length === 0 ? [] : [pairOf(a, b, some.map(compare), first)],
    ),
    incomparable: pairs.flatMap(({ a, b, cells: some }) =>
      some.length > 0 ? [] : [{ a, b, why: a === b ? 'one mask for each seed' : 'no seed in common' }],
    ),
  }
}

type CellPair = readonly [MaskedCell, MaskedCell]

/** Each cell with each of the others that has its seed; within a group, each two once: repeats of a search. */
function pairsOf(a: readonly MaskedCell[], b: readonly MaskedCell[]): readonly CellPair[] {
  return a.flatMap((one, i) =>
    (a === b ? a.slice(i + 1) : b)
      .filter(({ point }) => point.seed === one.point.seed)
      .map((other): CellPair => [one, other]),
  )
}

/** Overlaps of the layers of two cells' masks; what two units overlap is counted once. */
function comparison(masks: ReadonlyMap<Digest, NetworkMask>): (pair: CellPair) => readonly MaskOverlap[] {
  const known = new Map<string, readonly MaskOverlap[]>()
  return ([{ unit: a }, { unit: b }]) => {
    const name = `${a}/${b}`
    const before = known.get(name)
    if (before !== undefined) return before
    const others = masks.get(b) ?? []
    const overlaps = (masks.get(a) ?? []).map(({ mask }, i) => maskOverlap(mask, (others[i] as Layer).mask))
    known.set(name, overlaps)
    return overlaps
  }
}

function pairOf(
  a: number,
  b: number,
  overlaps: readonly (readonly MaskOverlap[])[],
  layers: NetworkMask,
): SimilarityPair {
  const similarities = overlaps.map((ofLayers) => similarityOf(total(ofLayers)))
  return {
    a,
    b,
    n: overlaps.length,
    cosine: spread(similarities.map(({ cosine }) => cosine)),
    jaccard: spread(similarities.map(({ jaccard }) => jaccard)),
    hamming: spread(similarities.map(({ hamming }) => hamming)),
    layers: layers.map(({ name }, i) => ({
      name,
      cosine: spread(overlaps.map((ofLayers) => similarityOf(ofLayers[i] as MaskOverlap).cosine)).mean,
    })),
  }
}

function ofItself({ size, kept }: PackedMask): MaskOverlap {
  return { size, a: kept, b: kept, both: kept }
}

function total(overlaps: readonly MaskOverlap[]): MaskOverlap {
  const sum = { size: 0, a: 0, b: 0, both: 0 }
  for (const { size, a, b, both } of overlaps) {
    sum.size += size
    sum.a += a
    sum.b += b
    sum.both += both
  }
  return sum
}

/** Over pairs, which share cells: no confidence interval of independent values. */
function spread(values: readonly number[]): PairSpread {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length
  const squares = values.reduce((sum, x) => sum + (x - mean) ** 2, 0)
  return { mean, sd: values.length < 2 ? null : Math.sqrt(squares / (values.length - 1)) }
}
