import { expect, test } from 'vitest'
import { cells, type Assertion } from '../plugin/index.ts'
import type { Merit } from '../values/merit.ts'
import { assertionTitle } from './assertion-title.ts'

const snip = cells({ criterion: 'snip' })

test.each<[string, Assertion]>([
  ['every criterion prunes exactly as much as asked for', cells().achieveSparsity()],
  ['unpruned keeps a path from input to output', cells({ control: true }).notCollapse()],
  ['snip, random keeps a path from input to output', cells({ criterion: ['snip', 'random'] }).notCollapse()],
  [
    'snip at 90 % at k=3 of seed 1 of search seed 2 reaches 98 % (trained accuracy)',
    cells({ criterion: 'snip', sparsity: 0.9, k: 3, seed: 1, searchSeed: 2 }).reach(98),
  ],
  [
    'snip at 50 %, 98.4375 % reaches 98 % (trained accuracy)',
    cells({ criterion: 'snip', sparsity: [0.5, 0.984375] }).reach(98),
  ],
  [
    'snip at 80 % and above at k=up to 6 reaches 98 % (trained accuracy)',
    cells({ criterion: 'snip', sparsity: { from: 0.8 }, k: { to: 6 } }).reach(98),
  ],
  [
    'snip of seed 1 to 3 of search seed any reaches 98 % (trained accuracy)',
    cells({ criterion: 'snip', seed: { from: 1, to: 3 }, searchSeed: {} }).reach(98),
  ],
  ['snip reaches 98 % within 0.5 points (trained accuracy)', snip.reach(98, { within: 0.5 })],
  ['snip exceeds 98 % (trained accuracy)', snip.exceed(98)],
  ['snip exceeds 98 % by at least 1 point (trained accuracy)', snip.exceed(98, { by: 1 })],
  ['snip exceeds 98 % by at least 2 points (trained accuracy)', snip.exceed(98, { by: 2 })],
  ['snip does not exceed 98 % (trained accuracy)', snip.notExceed(98)],
  ['snip does not exceed 98 % by more than 1 point (trained accuracy)', snip.notExceed(98, { within: 1 })],
  [
    'snip does not exceed 5 ms by more than 1 ms (time of the deleted network)',
    snip.notExceed(5, { metric: 'latencyDeleted', within: 1 }),
  ],
  ['snip exceeds 2 by at least 1 (compression ratio)', snip.exceed(2, { metric: 'compressionRatio', by: 1 })],
  [
    'snip exceeds random (trained accuracy, with 95 % confidence)',
    snip.exceed({ criterion: 'random' }, { confident: true }),
  ],
  [
    'snip exceeds random at 80 % at k=0 (trained accuracy)',
    snip.exceed({ criterion: 'random', sparsity: 0.8, k: 0 }),
  ],
  ['snip exceeds random of seed 1 (trained accuracy)', snip.exceed({ criterion: 'random', seed: 1 })],
  ['snip reaches unpruned (trained accuracy)', snip.reach({ control: true })],
  ['snip exceeds itself (trained accuracy)', snip.exceed({})],
  ['snip exceeds at 80 % (trained accuracy)', snip.exceed({ sparsity: 0.8 })],
  [
    'snip exceeds its trained accuracy of random at 80 % (untrained accuracy at k)',
    snip.exceed({ criterion: 'random', sparsity: 0.8, metric: 'last' }, { metric: 'atK' }),
  ],
  [
    'snip exceeds its trained accuracy (untrained accuracy at k)',
    snip.exceed({ metric: 'last' }, { metric: 'atK' }),
  ],
  ['snip grows with k (similarity of masks)', snip.grow({ along: 'k', metric: 'similarity' })],
  ['snip falls with sparsity (trained accuracy)', snip.fall({ along: 'sparsity', metric: 'last' })],
])('%s', (title, assertion) => {
  expect(assertionTitle(assertion, 'last')).toBe(title)
})

test('where no figure is named it is the suite’s figure of merit', () => {
  const titles = (['search', 'atK'] satisfies Merit[]).map((merit) => assertionTitle(snip.reach(50), merit))
  expect(titles).toEqual([
    'snip reaches 50 % (search-set accuracy)',
    'snip reaches 50 % (untrained accuracy at k)',
  ])
})
