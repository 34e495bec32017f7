import { deserialize, serialize } from 'node:v8'
import { expect, test } from 'vitest'
import { digest } from '../values/digest.ts'
import { stream } from '../values/random.ts'
import { annealing } from './annealing.ts'
import type { MaskSpace } from './mask-space.ts'
import type { Candidate, SearchMachine } from './machine.ts'
import { runSearch } from './run-search.ts'
import type { SearchOutcome, SearchSpace } from './run-search.ts'
import { thesisCnnSchedule, thesisMlpSchedule } from './settings.ts'
import type { AnnealingSettings } from './settings.ts'

/** Accuracies in % as counts of 200 images: noisy sums of what each weight is worth. */
function toyAccuracy({ size, kept }: MaskSpace, seed: number) {
  const random = stream(seed, 'worth')
  const worth = Float64Array.from({ length: size }, () => random.uniform())
  return (mask: Uint8Array) => {
    const sum = worth.reduce((all, w, i) => all + w * (mask[i] as number), 0)
    return Math.round((200 * sum) / kept) / 2
  }
}

interface Ways {
  readonly accuracy: (mask: Uint8Array) => number
  readonly atOnce?: number
  /** Answers −Infinity wherever that is allowed. */
  readonly early?: boolean
  /** Masks asked for after which the process ends; and what the one before had saved. */
  readonly endsAfter?: number
  readonly saved?: unknown
}

class Killed extends Error {}

/** A run of a search, to its end or to where it is killed, and what an onlooker sees of it. */
async function run<S, P extends Candidate>(machine: SearchMachine<S, P>, ways: Ways) {
  const { accuracy, atOnce = 1, early = false, endsAfter = Infinity } = ways
  let asked = 0
  let rounds = 0
  let last: () => unknown = () => ways.saved
  const told: unknown[] = []
  const space: SearchSpace = {
    atOnce,
    saved: ways.saved,
    save: (state) => (last = state),
    progress: (progress) => told.push(progress),
    evaluate: (masks, above) => {
      expect(masks.length).toBeLessThanOrEqual(atOnce)
      expect(above).toHaveLength(masks.length)
      rounds++
      asked += masks.length
      if (asked > endsAfter) return Promise.reject(new Killed())
      const accuracies = masks.map(accuracy)
      return Promise.resolve(
        early ? accuracies.map((a, i) => (a > (above[i] as number) ? a : -Infinity)) : accuracies,
      )
    },
  }
  const ended = await runSearch(space, machine).catch((error: unknown) => {
    if (error instanceof Killed) return undefined
    throw error
  })
  return { ended, saved: last(), asked, rounds, told }
}

const identity = ({ mask, trace, evaluated }: SearchOutcome) =>
  digest(`${Buffer.from(mask).toString('hex')} ${JSON.stringify(trace)} ${evaluated}`)

/** The digest of a search that must not be interrupted. */
async function chainOf<S, P extends Candidate>(machine: SearchMachine<S, P>, ways: Ways) {
  const { ended } = await run(machine, ways)
  if (!ended) throw new Error('the search came to no end')
  return identity(ended)
}

const searches: readonly (readonly [name: string, AnnealingSettings, MaskSpace])[] = [
  ['the MLP schedule', { ...thesisMlpSchedule, budget: 400 }, { size: 150, kept: 40 }],
  ['the CNN schedule', { ...thesisCnnSchedule, budget: 300 }, { size: 96, kept: 20 }],
  ['a crowded space', { ...thesisMlpSchedule, budget: 200 }, { size: 9, kept: 4 }],
]

for (const [name, settings, space] of searches) {
  const machineOf = (seed: number) => annealing(settings, space, stream(seed, 'search'))

  test.each([1, 2, 3])(`${name}: sequential and speculative chains are identical (seed %i)`, async (seed) => {
    const accuracy = toyAccuracy(space, seed)
    const sequential = await run(machineOf(seed), { accuracy })
    const expected = identity(sequential.ended as SearchOutcome)
    expect(sequential.asked).toBe(settings.budget)
    for (const atOnce of [1, 2, 3, 8])
      for (const early of [false, true]) {
        const other = await run(machineOf(seed), { accuracy, atOnce, early })
        expect(identity(other.ended as SearchOutcome), `${atOnce} at once`).toBe(expected)
        expect(other.told).toEqual(sequential.told)
        if (atOnce > 1) expect(other.rounds).toBeLessThan(settings.budget)
      }
    expect(await chainOf(machineOf(seed + 1), { accuracy })).not.toBe(expected)
  })

  test.each([1, 2])(
    `${name}: an interrupted chain goes on as if nothing had been (seed %i)`,
    async (seed) => {
      const accuracy = toyAccuracy(space, seed)
      const expected = await chainOf(machineOf(seed), { accuracy })
      const random = stream(seed, 'interruptions')
      for (let round = 0; round < 8; round++) {
        let saved: unknown
        let ended: SearchOutcome | undefined
        let processes = 0
        while (!ended) {
          const ways = { accuracy, atOnce: 1 + random.integer(8), early: random.integer(2) === 1 }
          // The first is killed before it has saved anything in one round of eight.
          const endsAfter = round === 0 && processes === 0 ? 0 : 8 + random.integer(settings.budget)
          const part = await run(machineOf(seed), { ...ways, endsAfter, saved })
          saved = deserialize(serialize(part.saved))
          ended = part.ended
          processes++
        }
        expect(identity(ended)).toBe(expected)
      }
    },
  )
}

test('chains are those of the first implementation', async () => {
  // Digests of the found masks, recorded before the driver worked ahead and proposals were made fast.
  const found = await Promise.all(
    [searches[0], searches[1]].map(async (one, i) => {
      const [, settings, space] = one as (typeof searches)[number]
      const machine = annealing(settings, space, stream(5, 'search'))
      const { ended } = await run(machine, { accuracy: toyAccuracy(space, i), atOnce: 4, early: true })
      return digest((ended as SearchOutcome).mask).slice(0, 16)
    }),
  )
  expect(found).toEqual(['9e061cb4b72dfb84', '8753216fffc38969'])
})

test('a search that has nothing left to do says again what it found', async () => {
  const [, settings, space] = searches[0] as (typeof searches)[number]
  const machine = annealing(settings, space, stream(1, 'search'))
  const accuracy = toyAccuracy(space, 1)
  const { ended, saved } = await run(machine, { accuracy })
  const again = await run(machine, { accuracy, saved })
  expect(again.ended).toEqual(ended)
  expect(again.asked).toBe(0)
})

/** Proposes the numbers from 0 on as masks of one byte; accepts what `accepts` says, and then starts from there. */
function counting(budget: number, accepts: (number: number) => boolean) {
  type State = { readonly number: number; readonly accepted: number }
  type Proposal = Candidate & State
  const decided = (state: State, accepted: boolean): State => ({
    number: state.number + 1,
    accepted: state.accepted + (accepted ? 1 : 0),
  })
  const machine: SearchMachine<State, Proposal> = {
    budget,
    start: () => ({ number: 0, accepted: 0 }),
    evaluated: ({ number }) => number,
    propose: (state) => ({ ...state, mask: Uint8Array.of(state.number), above: 50 }),
    decide: (state, proposal, accuracy) => {
      expect(proposal).toMatchObject(state)
      return decided(state, accuracy > 50)
    },
    ahead: (state) => decided(state, false),
    stands: (state, proposal) => state.number === proposal.number && state.accepted === proposal.accepted,
    accuracy: ({ number }) => number,
    row: (state, before) => ({ evaluated: state.number, since: state.number - before.number }),
    found: ({ accepted }) => Uint8Array.of(accepted),
  }
  return { machine, accuracy: (mask: Uint8Array) => (accepts(mask[0] as number) ? 100 : 0) }
}

test.each([
  // Rounds: of one mask, two, four and so on while nothing is accepted, of one where everything is.
  ['rejected', () => false, 4, 2 + Math.ceil(97 / 4), 100],
  ['rejected', () => false, 7, 3 + Math.ceil(93 / 7), 100],
  ['accepted', () => true, 4, 100, 100],
  // From each accepted mask to the next: 1 + 2 + 4 + 3, and one in vain.
  ['accepted now and then', (i: number) => i % 10 === 5, 4, 3 + 9 * 4 + 3, 100 + 10],
] as const)('with every mask %s, it evaluates no more than it must', async (...row) => {
  const [, accepts, atOnce, rounds, asked] = row
  const { machine, accuracy } = counting(100, accepts)
  const speculative = await run(machine, { accuracy, atOnce })
  expect(speculative.rounds).toBe(rounds)
  expect(speculative.asked).toBe(asked)
  expect(speculative.ended?.evaluated).toBe(100)
  expect(speculative.ended).toEqual((await run(machine, { accuracy })).ended)
})

test('rows are logged at equal distances and at the end', async () => {
  const { machine, accuracy } = counting(251, () => false)
  const { ended, told } = await run(machine, { accuracy, atOnce: 8 })
  const every = [...Array.from({ length: 125 }, (_, i) => 2 * (i + 1)), 251]
  expect(ended?.trace).toEqual({ evaluated: every, since: [...every.slice(0, -1).map(() => 2), 1] })
  expect(told.at(-1)).toEqual({ done: 251, total: 251, accuracy: 251 })
})

test.each([
  ['too few masks', [], 'NaN'],
  ['no number', [Number.NaN], 'NaN'],
  // Nothing is above the threshold of the first mask: there is none.
  ['less than the search has to know', [-Infinity], '-Infinity'],
])('an evaluation that answers for %s is named', async (...row) => {
  const [, answer, named] = row
  const [, settings, space] = searches[0] as (typeof searches)[number]
  const machine = annealing(settings, space, stream(1, 'search'))
  const rest = { atOnce: 1, progress: () => undefined, saved: undefined, save: () => undefined }
  await expect(runSearch({ ...rest, evaluate: () => Promise.resolve(answer) }, machine)).rejects.toThrow(
    `the accuracy of mask 1 of the search is ${named}`,
  )
})

test('machines without a budget, or that do not count what they decide, are named', async () => {
  for (const budget of [0, 2.5, Number.NaN]) {
    const { machine, accuracy } = counting(budget, () => false)
    await expect(run(machine, { accuracy })).rejects.toThrow(
      `the search's budget is ${budget}: it must be a whole number, at least 1`,
    )
  }
  const { machine, accuracy } = counting(9, () => false)
  const still = { ...machine, decide: (state: ReturnType<typeof machine.start>) => state }
  await expect(run(still, { accuracy })).rejects.toThrow('has decided 0 masks where it must have 1')
})

test('it tells how far it is before the first evaluation', async () => {
  const { machine, accuracy } = counting(100, () => false)
  const { saved, told } = await run(machine, { accuracy, endsAfter: 30 })
  expect(told[0]).toEqual({ done: 0, total: 100, accuracy: 0 })
  const again = await run(machine, { accuracy, saved })
  expect(again.told[0]).toEqual({ done: 30, total: 100, accuracy: 30 })
})
