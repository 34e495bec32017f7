import { hammingDistance } from './packed-mask.ts'
import type { PackedMask } from './packed-mask.ts'

/** A mask whose accuracy in % is known. */
export interface Individual {
  readonly packed: PackedMask
  readonly accuracy: number
}

/** Masks that differ, the most accurate first, of equals the youngest. */
export type Population = readonly Individual[]

/** The population with one more mask, unless that lives already, and without the worst where there are more than `size`. */
export function joined(population: Population, one: Individual, size: number): Population {
  // Equal masks have equal accuracies.
  const isKnown = population.some(
    ({ accuracy, packed }) => accuracy === one.accuracy && hammingDistance(packed, one.packed) === 0,
  )
  if (isKnown) return population
  const better = population.filter(({ accuracy }) => accuracy > one.accuracy)
  return [...better, one, ...population.slice(better.length)].slice(0, size)
}

/** In %; 0 of none. */
export function meanAccuracy(population: Population): number {
  return population.reduce((sum, { accuracy }) => sum + accuracy, 0) / Math.max(1, population.length)
}

/** Mean Hamming distance of two masks of a population; 0 where there are fewer than two. */
export function diversity(population: Population): number {
  const distances = population.flatMap(({ packed }, i) =>
    population.slice(i + 1).map((other) => hammingDistance(packed, other.packed)),
  )
  return distances.reduce((sum, distance) => sum + distance, 0) / Math.max(1, distances.length)
}
