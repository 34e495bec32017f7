import { describe, expect, test } from 'vitest'
import { cells, type Assertion, type MetricName } from '../plugin/index.ts'
import { sampleResults } from '../report/sample-results.ts'
import type { CellRecord } from '../results/index.ts'
import { compareCells } from './compare-cells.ts'

const sample = sampleResults()
const [template] = sample.cells as [CellRecord]

interface Given {
  readonly criterion?: string
  readonly seed?: number
  readonly k?: number
  readonly sparsity?: number
  readonly control?: boolean
  /** Right answers of 100, after the last epoch; null where that was not measured. */
  readonly last?: number | null
  readonly status?: CellRecord['status']
  /** Median times in ms, with quartiles one tenth below and above. */
  readonly deletedMs?: number
}

function cell(given: Given): CellRecord {
  const {
    criterion = 'a',
    seed = 1,
    k = 0,
    sparsity = 0.5,
    control = false,
    last = 50,
    status = 'ok',
  } = given
  const { deletedMs } = given
  const times = (ms: number) => ({ medianMs: ms, p25Ms: 0.9 * ms, p75Ms: 1.1 * ms, samples: 9 })
  return {
    ...template,
    id: `${criterion} ${sparsity} k${k} seed${seed}`,
    point: { criterion, sparsity, k, seed, control },
    status,
    accuracy: {
      ...template.accuracy,
      atK: null,
      last: last === null ? null : { correct: last, total: 100, epoch: 1 },
    },
    latency:
      deletedMs === undefined
        ? null
        : ({
            full: times(10),
            masked: null,
            deleted: { ...times(deletedMs), speedup: null },
          } as unknown as CellRecord['latency']),
  }
}

/** The checks of an assertion about the criterion `a` among these cells. */
function checksOf({ claim }: Assertion, own: readonly Given[], others: readonly Given[] = []) {
  if (claim.kind !== 'compares') return expect.fail()
  const mine = own.map(cell)
  const results = { ...sample, cells: [...mine, ...others.map(cell)] }
  return compareCells(claim, mine, { results, similarityOf: () => null })
}

const a = cells({ criterion: 'a' })
const b = (given: Given = {}): Given => ({ criterion: 'b', ...given })

test('value, target and margin are means over seeds in order, with Student’s t interval of the margin', () => {
  const own = [
    { seed: 3, last: 56 },
    { seed: 1, last: 50 },
    { seed: 2, last: 53 },
  ]
  const [check] = checksOf(a.reach(51, { within: 1 }), own)
  expect(check).toMatchObject({
    group: { criterion: 'a', sparsity: 0.5, k: 0, control: false },
    ...{ outcome: 'pass', value: 53, target: 50, margin: 3, seeds: [1, 2, 3], reason: null },
    cells: ['a 0.5 k0 seed3', 'a 0.5 k0 seed1', 'a 0.5 k0 seed2'],
  })
  // t(0.975, 2) = 4.302653 times the standard error 3 / √3.
  expect(check?.ci95?.[0]).toBeCloseTo(3 - 4.302653 * Math.sqrt(3), 4)
  expect(check?.ci95?.[1]).toBeCloseTo(3 + 4.302653 * Math.sqrt(3), 4)
})

describe('equal figures', () => {
  test.each([
    ['reach what they should reach', a.reach(50), 'pass'],
    ['do not exceed what they may not exceed', a.notExceed(50), 'pass'],
    ['do not exceed what they should exceed', a.exceed(50), 'fail'],
    ['exceed by 0', a.exceed(50, { by: 0 }), 'pass'],
    ['reach within what is missing', a.reach(52, { within: 2 }), 'pass'],
    ['are too low by more than that', a.reach(52, { within: 1 }), 'fail'],
    ['exceed by what is asked for', a.exceed(48, { by: 2 }), 'pass'],
    ['exceed by less than what is asked for', a.exceed(48, { by: 3 }), 'fail'],
    ['are not above by more than they may', a.notExceed(49, { within: 1 }), 'pass'],
    ['are above by more than they may', a.notExceed(48, { within: 1 }), 'fail'],
  ] as const)('%s', (_, assertion, outcome) => {
    expect(checksOf(assertion, [{}])[0]?.outcome).toBe(outcome)
  })
})

describe('with confidence', () => {
  const own = [
    { seed: 1, last: 48 },
    { seed: 2, last: 52 },
  ]
  // 50 ± 12.706 · 2: from 24.6 to 75.4.
  test.each([
    [24, 'pass'],
    [25, 'unsure'],
    [75, 'unsure'],
    [76, 'fail'],
  ])('the whole interval of 50 ± 25.4 decides on %d', (target, outcome) => {
    expect(checksOf(a.reach(target, { confident: true }), own)[0]?.outcome).toBe(outcome)
  })

  test('one seed has no interval', () => {
    expect(checksOf(a.reach(1, { confident: true }), [{}])[0]).toMatchObject({
      outcome: 'unsure',
      ci95: null,
    })
  })

  test('an interval that ends at the target is on its side', () => {
    expect(checksOf(a.reach(50, { confident: true }), [{ seed: 1 }, { seed: 2 }])[0]?.outcome).toBe('pass')
  })
})

describe('cells are held against', () => {
  test('those of the same sparsity, k and seed', () => {
    const others = [
      b({ last: 40 }),
      b({ sparsity: 0.9, last: 90 }),
      b({ k: 3, last: 90 }),
      b({ seed: 2, last: 90 }),
    ]
    expect(checksOf(a.exceed({ criterion: 'b' }), [{}], others)).toMatchObject([
      {
        outcome: 'pass',
        value: 50,
        target: 40,
        seeds: [1],
        cells: ['a 0.5 k0 seed1', 'b 0.5 k0 seed1', 'b 0.5 k0 seed2'],
      },
    ])
  })

  test('those of a criterion that was run at another k alone; not at several', () => {
    const own = [{ k: 3 }]
    expect(checksOf(a.exceed({ criterion: 'b' }), own, [b({ last: 40 })])).toMatchObject([{ target: 40 }])
    const several = checksOf(a.exceed({ criterion: 'b' }), own, [b({ last: 40 }), b({ k: 1, last: 40 })])
    expect(several).toMatchObject([
      { outcome: 'skipped', value: null, reason: 'the cells to hold it against were not run' },
    ])
    const stated = a.exceed({ criterion: 'b', k: 1 })
    expect(checksOf(stated, own, [b({ last: 40 }), b({ k: 1, last: 45 })])).toMatchObject([{ target: 45 }])
  })

  test('the unpruned network of the seed, whatever their sparsity and k', () => {
    const unpruned = [1, 2].map((seed) => b({ control: true, sparsity: 0, seed, last: 40 + seed }))
    const own = [
      { k: 3, seed: 1 },
      { k: 3, seed: 2 },
    ]
    const control = { control: true } as const
    expect(checksOf(a.reach(control), own, unpruned)).toMatchObject([{ target: 41.5, seeds: [1, 2] }])
    expect(checksOf(a.reach({ ...control, seed: 2 }), own, unpruned)).toMatchObject([
      { target: 42, seeds: [2] },
    ])
    // The unpruned network itself, by another of its figures.
    const itself = cells({ control: true }).reach({ metric: 'last' })
    expect(checksOf(itself, [{ control: true, sparsity: 0, last: 40 }])).toMatchObject([{ target: 40 }])
    // Of a criterion that is named, it is held against that one.
    const named = checksOf(
      cells({ control: true }).reach({ criterion: 'b', sparsity: 0.5 }),
      [{ control: true, sparsity: 0 }],
      [b({ last: 44 })],
    )
    expect(named).toMatchObject([{ target: 44 }])
  })

  test('every group that a reference chooses', () => {
    const others = [b({ last: 40 }), { criterion: 'c', last: 60 }]
    expect(checksOf(a.exceed({ criterion: ['b', 'c'] }), [{}], others).map(({ outcome }) => outcome)).toEqual(
      ['pass', 'fail'],
    )
  })

  test('their own other figure', () => {
    expect(checksOf(a.reach({ metric: 'rewind' }, { metric: 'last' }), [{}])[0]?.outcome).toBe('pass')
  })
})

describe('what cannot be compared is said, and not passed', () => {
  const number = a.reach(40)
  const other = a.exceed({ criterion: 'b' })
  const time: MetricName = 'latencyDeleted'
  test.each<[string, Assertion, Given[], Given[], string, string]>([
    ['cells that were not run', number, [{ status: 'cancelled' }], [], 'skipped', 'its cells were not run'],
    ['one that failed', number, [{ status: 'failed' }], [], 'fail', '1 of 1 cell failed'],
    [
      'several lost',
      number,
      [{ status: 'failed' }, { seed: 2, status: 'collapsed' }, { seed: 3, status: 'cancelled' }],
      [],
      'fail',
      '1 of 2 cells collapsed, 1 of 2 cells failed',
    ],
    [
      'one lost of two',
      number,
      [{ status: 'collapsed' }, { seed: 2 }],
      [],
      'fail',
      '1 of 2 cells judged: 1 of 2 cells collapsed',
    ],
    [
      'one not run of two',
      number,
      [{ status: 'cancelled' }, { seed: 2 }],
      [],
      'pass',
      '1 of 2 cells judged: 1 of 2 cells not run',
    ],
    [
      'one without the figure',
      number,
      [{ last: null }, { seed: 2 }],
      [],
      'pass',
      '1 of 2 cells judged: 1 of 2 cells without trained accuracy',
    ],
    [
      'a figure that was not measured',
      number,
      [{ last: null }],
      [],
      'skipped',
      'no trained accuracy was measured',
    ],
    [
      'a time that was not measured',
      a.notExceed(5, { metric: time }),
      [{}],
      [],
      'skipped',
      'no time of the deleted network was measured',
    ],
    ['no cells to hold it against', other, [{}], [], 'skipped', 'the cells to hold it against were not run'],
    [
      'those failed',
      other,
      [{}],
      [b({ status: 'failed' })],
      'skipped',
      'the cells to hold it against: 1 of 1 cell failed',
    ],
    [
      'those have no such figure',
      other,
      [{}],
      [b({ last: null })],
      'skipped',
      'the cells to hold it against: 1 of 1 cell without trained accuracy',
    ],
    [
      'those have other seeds',
      other,
      [{}],
      [b({ seed: 2 })],
      'skipped',
      'the cells to hold it against have other seeds',
    ],
    [
      'some of those have other seeds',
      other,
      [{}, { seed: 2 }],
      [b({ last: 40 }), b({ seed: 3 })],
      'pass',
      '1 of 2 cells judged: the cells to hold it against have other seeds',
    ],
    [
      'some of those failed',
      other,
      [{}, { seed: 2 }],
      [b({ last: 40 }), b({ seed: 2, status: 'failed' })],
      'pass',
      '1 of 2 cells judged: of those to hold it against, 1 of 2 cells failed',
    ],
  ])('%s', (_, assertion, own, others, outcome, reason) => {
    expect(checksOf(assertion, own, others)[0]).toMatchObject({ outcome, reason })
  })

  test('one that is lost breaks no upper bound', () => {
    expect(checksOf(a.notExceed(60), [{ status: 'collapsed' }, { seed: 2 }])[0]).toMatchObject({
      outcome: 'pass',
      value: 50,
      seeds: [2],
    })
  })
})

describe('times', () => {
  const within = (target: number, more: object = {}) =>
    a.notExceed(target, { metric: 'latencyDeleted', ...more })
  // 10 ms with quartiles of 9 and 11.
  test.each([
    [12, 'pass'],
    [10, 'pass'],
    // Above, but within the quartiles.
    [9.5, 'unsure'],
    [8, 'fail'],
  ])('10 ms at most %d', (target, outcome) => {
    expect(checksOf(within(target), [{ deletedMs: 10 }])[0]?.outcome).toBe(outcome)
  })

  test.each([
    [11.5, 'pass'],
    [10.5, 'unsure'],
  ])('10 ms at most %d, with confidence', (target, outcome) => {
    expect(checksOf(within(target, { confident: true }), [{ deletedMs: 10 }])[0]?.outcome).toBe(outcome)
  })

  test('the interval is that of the margin, moved by what is allowed', () => {
    const [close] = checksOf(within(8, { within: 1 }), [{ deletedMs: 10 }])
    expect(close?.margin).toBeCloseTo(-1, 12)
    expect(close?.ci95?.[0]).toBeCloseTo(-2, 12)
    expect(close?.ci95?.[1]).toBeCloseTo(0, 12)
    const [above] = checksOf(a.exceed(8, { by: 1, metric: 'latencyDeleted' }), [{ deletedMs: 10 }])
    expect(above?.margin).toBeCloseTo(1, 12)
    expect(above?.ci95?.[0]).toBeCloseTo(0, 12)
    expect(above?.ci95?.[1]).toBeCloseTo(2, 12)
  })
})
