import { expect, test } from 'vitest'
import { Problem } from '../values/problem.ts'
import { stream } from '../values/random.ts'
import { average, cooled } from './annealing-state.ts'
import type { AnnealingState } from './annealing-state.ts'
import { annealing } from './annealing.ts'
import type { AnnealingProposal } from './annealing.ts'
import type { MaskSpace } from './mask-space.ts'
import { drawFlips, flipped } from './flips.ts'
import { thesisCnnSchedule, thesisMlpSchedule } from './settings.ts'
import type { AnnealingSettings } from './settings.ts'

const settings = { ...thesisMlpSchedule, budget: 400 }
const space = { size: 60, kept: 15 }
const bruteDistance = (a: Uint8Array, b: Uint8Array) =>
  a.reduce((sum, bit, i) => sum + (bit ^ (b[i] as number)), 0)
const countOnes = (mask: Uint8Array) => mask.reduce((sum, bit) => sum + bit, 0)

/** Every proposal of a search whose accuracy is drawn at random, with the states around it. */
function chain(seed: number, of: AnnealingSettings = settings, masks: MaskSpace = space) {
  const search = annealing(of, masks, stream(seed, 'annealing'))
  const noise = stream(seed, 'accuracies')
  const steps: {
    before: AnnealingState
    proposal: AnnealingProposal
    accuracy: number
    after: AnnealingState
  }[] = []
  const first = search.start()
  for (let state = first; state.evaluated < search.budget;) {
    const proposal = search.propose(state)
    const accuracy = 40 + noise.normal()
    const after = search.decide(state, proposal, accuracy)
    steps.push({ before: state, proposal, accuracy, after })
    state = after
  }
  return { search, first, steps }
}

test('every proposal keeps exactly as many weights, at twice the flips from the current mask', () => {
  const { search, first, steps } = chain(1)
  expect(countOnes(first.mask)).toBe(15)
  expect(steps).toHaveLength(400)
  for (const { before, proposal } of steps) {
    expect(countOnes(proposal.mask)).toBe(15)
    expect(bruteDistance(before.mask, proposal.mask)).toBe(2 * search.moment(before).flips)
  }
  // The first one has nothing in common with the mask it starts from.
  expect(bruteDistance(first.mask, (steps[0] as (typeof steps)[number]).proposal.mask)).toBe(30)
})

test.each([
  ['nearer than the flips', { ...settings, flips: { factor: 0.9, trough: 0.5, rise: 0.75 } }],
  ['equal', { ...thesisCnnSchedule, budget: 400 }],
] as const)('a proposal %s to a remembered mask is drawn again while there is another', (rule, of) => {
  const masks = { size: 10, kept: 4 }
  const { search, first, steps } = chain(3, of, masks)
  const remembered = [first.mask]
  let crowded = 0
  for (const { before, proposal } of steps) {
    const { flips } = search.moment(before)
    const least = rule === 'equal' ? 1 : flips
    const recent = remembered.slice(-of.memory.size)
    expect(before.memory.map(({ distance }) => distance)).toEqual(
      recent.map((mask) => bruteDistance(mask, before.mask)),
    )
    const allowed = (mask: Uint8Array) => recent.every((other) => bruteDistance(mask, other) >= least)
    const neighbours = allMasks(masks).filter((mask) => bruteDistance(mask, before.mask) === 2 * flips)
    const free = neighbours.filter(allowed).length / neighbours.length
    // 31 or more draws all miss a half with probability 5·10⁻¹⁰.
    if (free >= 0.5) expect(allowed(proposal.mask)).toBe(true)
    else crowded++
    if (free === 0) expect(allowed(proposal.mask)).toBe(false)
    remembered.push(proposal.mask)
  }
  expect(crowded).toBeGreaterThan(0)
  expect(crowded).toBeLessThan(steps.length)
})

test.each([
  ['nearer than the flips', { ...thesisMlpSchedule, budget: 300 }, { size: 16, kept: 5 }],
  ['equal', { ...thesisCnnSchedule, budget: 300 }, { size: 12, kept: 5 }],
] as const)('redraws of masks %s are those that counting every weight asks for', (rule, of, masks) => {
  const { search, first, steps } = chain(11, of, masks)
  const remembered = [first.mask]
  let redrawn = 0
  for (const { before, proposal } of steps) {
    const { flips } = search.moment(before)
    const random = stream(11, `annealing/proposal ${before.evaluated}`)
    const recent = remembered.slice(-of.memory.size)
    let drawn: Uint8Array
    let redraws = of.memory.redraws
    const tooNear = (mask: Uint8Array) =>
      recent.some((other) => bruteDistance(mask, other) < (rule === 'equal' ? 1 : flips))
    do {
      drawn = flipped(before.mask, drawFlips(before.order, masks.kept, flips, random))
      redrawn++
    } while (tooNear(drawn) && redraws-- > 0)
    expect(proposal.mask).toEqual(drawn)
    remembered.push(proposal.mask)
  }
  expect(redrawn).toBeGreaterThan(steps.length * 1.2)
})

test('worse masks are accepted with probability exp(−(ā − a)/100 / T), accuracies in %', () => {
  const search = annealing(settings, space, stream(4, 'acceptance'))
  const start = search.start()
  const state = search.decide(start, search.propose(start), 50)
  expect(average(state)).toBe(50)
  const { temperature } = search.moment(state)
  const rounds = 4000
  const thresholds = Array.from(
    { length: rounds },
    (_, i) => search.propose({ ...state, evaluated: 1 + i }).above,
  )
  for (const worse of [0, 0.1, 0.5, 1, 2]) {
    const frequency = thresholds.filter((threshold) => 50 - worse > threshold).length / rounds
    const probability = Math.exp(-worse / 100 / temperature)
    const standardError = Math.sqrt((probability * (1 - probability)) / rounds)
    expect(Math.abs(frequency - probability)).toBeLessThanOrEqual(4 * standardError)
  }
  expect(thresholds.every((threshold) => threshold < 50)).toBe(true)
  // At this temperature a mask worse by 5 % has a chance of 1 in 4,000.
  expect(thresholds.filter((threshold) => 45 > threshold).length).toBeLessThan(10)
})

test('a proposal is accepted if and only if its accuracy is above its threshold', () => {
  const { search, steps } = chain(5)
  for (const { before, proposal, accuracy, after } of steps.slice(1)) {
    expect(after.mask === proposal.mask).toBe(accuracy > proposal.above)
    if (after.mask !== proposal.mask) expect(after.mask).toBe(before.mask)
    expect(search.decide(before, proposal, -Infinity).mask).toBe(before.mask)
  }
  expect(steps.some(({ before, after }) => before.mask === after.mask)).toBe(true)
})

test('average, best mask and temperature follow the rules of the thesis', () => {
  const { search, steps } = chain(6)
  // The same bookkeeping with plain lists: accuracies accepted at this temperature, after the average carried over.
  let accepted: number[] = []
  let best: { average: number; mask: Uint8Array } | null = null
  let temperature = 0
  let here = 0
  for (const [i, { before, proposal, accuracy, after }] of steps.entries()) {
    expect(before.temperature).toBe(temperature)
    const mean = () => accepted.reduce((a, b) => a + b, 0) / accepted.length
    if (i > 0) expect(average(before)).toBeCloseTo(mean(), 9)
    if (i === 0 || accuracy > proposal.above) accepted.push(accuracy)
    here++
    if (here === search.moment(before).proposals || i === steps.length - 1) {
      if (best === null || mean() > best.average) best = { average: mean(), mask: after.mask }
      accepted = [mean()]
      temperature++
      here = 0
      expect(after.best?.average).toBeCloseTo(best.average, 9)
      expect(after.best?.mask).toBe(best.mask)
    }
  }
  const { steps: counts } = (steps.at(-1) as (typeof steps)[number]).after
  expect(counts.down + counts.up + counts.no).toBe(400)
})

test('of temperatures with equal averages the first has the best mask', () => {
  const { after } = chain(6).steps[20] ?? expect.fail()
  const [sum, count] = [4 * 40, 4]
  const best = { average: 40, mask: new Uint8Array(60) }
  const state: AnnealingState = { ...after, accepted: { sum, count }, best }
  expect(cooled(state).best).toBe(best)
  expect(cooled({ ...state, accepted: { sum: sum + 1, count } }).best).toEqual({
    average: 40.25,
    mask: after.mask,
  })
  expect(cooled({ ...state, best: null }).best).toEqual({ average: 40, mask: after.mask })
})

test('deciding changes neither the state nor the proposal, so a state can be decided both ways', () => {
  const { search, steps } = chain(7)
  const { before, proposal } = steps[100] as (typeof steps)[number]
  const [state, proposed] = [structuredClone(before), structuredClone(proposal)]
  const accepted = search.decide(before, proposal, 100)
  const rejected = search.decide(before, proposal, -Infinity)
  search.propose(accepted)
  search.propose(rejected)
  expect(before).toEqual(state)
  expect(proposal).toEqual(proposed)
  expect(rejected.mask).toBe(before.mask)
  expect(accepted.mask).toBe(proposal.mask)
})

test('working ahead is deciding that the accuracy is not high enough; what was proposed ahead stands until then', () => {
  const { search, first, steps } = chain(12)
  expect(search.ahead(first, search.propose(first))).toBeUndefined()
  for (const { before, proposal, after } of steps.slice(1, -1)) {
    const ahead = search.ahead(before, proposal) as AnnealingState
    expect(ahead).toEqual(search.decide(before, proposal, -Infinity))
    const next = search.propose(ahead)
    const rejected = after.mask === before.mask
    expect(search.stands(after, next)).toBe(rejected)
    if (rejected) expect(next).toEqual(search.propose(after))
    expect(search.stands(before, proposal)).toBe(true)
    expect(search.stands(after, proposal)).toBe(false)
  }
})

test('a state that was stored and read again goes on with the same chain', () => {
  const { steps } = chain(8)
  const resumed = annealing(settings, space, stream(8, 'annealing'))
  let state = structuredClone((steps[200] as (typeof steps)[number]).before)
  for (const { proposal, accuracy, after } of steps.slice(200)) {
    const again = resumed.propose(state)
    expect(again).toEqual(proposal)
    state = resumed.decide(state, again, accuracy)
    expect(state).toEqual(after)
  }
})

test('the same seed gives the same chain, another seed another', () => {
  expect(chain(9).steps).toEqual(chain(9).steps)
  expect(chain(9).first.mask).not.toEqual(chain(10).first.mask)
})

test('settings that make no sense are refused', () => {
  expect(() => annealing({ ...settings, budget: 0 }, space, stream(1, 'x'))).toThrow(Problem)
  expect(() =>
    annealing({ ...settings, temperature: { start: 0, factor: 1 } }, space, stream(1, 'x')),
  ).toThrow('temperature.start is 0: it must be above 0')
  expect(() => annealing(settings, { size: 4, kept: 5 }, stream(1, 'x'))).toThrow(
    'no mask keeps 5 of 4 weights',
  )
})

/** Every mask of a small space. */
function allMasks({ size, kept }: MaskSpace): Uint8Array[] {
  return Array.from({ length: 2 ** size }, (_, n) =>
    Uint8Array.from({ length: size }, (_, i) => (n >>> i) & 1),
  ).filter((mask) => countOnes(mask) === kept)
}
