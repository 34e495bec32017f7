import { expect, test } from 'vitest'
import { defineSearch, runSearch, stream } from 'prune-bench'
import type { Candidate, MaskSpace, SearchMachine, Stream } from 'prune-bench'

/** What a user writes for a search of their own: exchange a one and a zero, and keep that if it is better. */
interface State {
  readonly evaluated: number
  readonly mask: Uint8Array
  readonly accuracy: number
  readonly moves: number
}

interface Swap extends Candidate {
  readonly number: number
  readonly moves: number
}

function swapping(budget: number, { size, kept }: MaskSpace, random: Stream): SearchMachine<State, Swap> {
  const rejected = (state: State): State => ({ ...state, evaluated: state.evaluated + 1 })
  return {
    budget,
    start: () => ({
      evaluated: 0,
      mask: new Uint8Array(size).fill(1, 0, kept),
      accuracy: -Infinity,
      moves: 0,
    }),
    evaluated: (state) => state.evaluated,
    propose: (state) => {
      // Named after the number of the proposal: the same whenever it is proposed.
      const draws = random.child(`swap ${state.evaluated}`)
      const mask = state.mask.slice()
      const [one, other] = [draws.integer(size), draws.integer(size)]
      ;[mask[one], mask[other]] = [mask[other] as number, mask[one] as number]
      return { mask, above: state.accuracy, number: state.evaluated, moves: state.moves }
    },
    decide: (state, { mask }, accuracy) =>
      accuracy > state.accuracy
        ? { evaluated: state.evaluated + 1, mask, accuracy, moves: state.moves + 1 }
        : rejected(state),
    // Before the first accuracy is known every mask is accepted.
    ahead: (state) => (state.moves === 0 ? undefined : rejected(state)),
    stands: (state, { number, moves }) => number === state.evaluated && moves === state.moves,
    accuracy: (state) => Math.max(0, state.accuracy),
    row: (state, before) => ({
      evaluated: state.evaluated,
      best: state.accuracy,
      moves: state.moves - before.moves,
    }),
    found: (state) => state.mask,
  }
}

const search = defineSearch({
  summary: 'Exchange two weights while that helps.',
  options: { budget: 300 },
  search: (context) => runSearch(context, swapping(context.options.budget, context, context.random)),
})

/** Runs it with weights that are worth their index; it is cut off after so many evaluations and goes on. */
async function found(atOnce: number, cutOffAfter = Infinity) {
  let saved: unknown
  let left = cutOffAfter
  const from = () =>
    search.search({
      size: 40,
      kept: 8,
      layers: [{ name: 'a', size: 40 }],
      magnitudes: new Float32Array(40),
      evaluate: (masks, above = []) => {
        if (left-- === 0) return Promise.reject(new Error('cut off'))
        const accuracies = masks.map((mask) => mask.reduce((sum, bit, i) => sum + (bit * i) / 3, 0))
        return Promise.resolve(accuracies.map((a, i) => (a > (above[i] ?? -Infinity) ? a : -Infinity)))
      },
      atOnce,
      random: stream(1, 'own'),
      options: { budget: 300 },
      progress: () => undefined,
      saved,
      save: (state) => (saved = structuredClone(state())),
    })
  return from().catch((error: unknown) => {
    if (saved === undefined) throw error
    return from()
  })
}

test('a search of a user’s own works ahead and goes on from where it was cut off', async () => {
  const whole = await found(1)
  expect(whole.evaluated).toBe(300)
  // The best mask keeps the last eight weights.
  expect(whole.mask.lastIndexOf(0)).toBeLessThan(36)
  expect(whole.trace.best?.at(-1)).toBeGreaterThan(whole.trace.best?.[0] as number)
  for (const [atOnce, cutOffAfter] of [[4], [8], [1, 100], [8, 20]] as const)
    expect(await found(atOnce, cutOffAfter)).toEqual(whole)
})
