import {
  accuracyOf,
  tiedShare,
  type AccuracyName,
  type CellRecord,
  type Results,
} from '../../results/index.ts'
import { integer, statusWords, times } from '../words.ts'
import type { GridColumn } from './grid.ts'
import { html, type Content } from './markup.ts'

const DASH = '–'
const tones = { ok: null, collapsed: 'warning', failed: 'bad', cancelled: 'warning' } as const

/** The columns of the table of cells, those with nothing to show included. */
export function cellColumns({ identity, cells }: Results): readonly GridColumn<CellRecord>[] {
  return [
    { name: 'criterion', kind: 'text', show: ({ point }) => point.criterion },
    number('pruned, %', 'sparsity that was asked for', ({ point }) => percent(point.sparsity)),
    number('k', `${identity.kUnit} of training before the mask is chosen`, ({ point }) => point.k),
    number('seed', 'fixes every random number', ({ point }) => point.seed),
    ...(cells.every(({ point }) => point.searchSeed === undefined)
      ? []
      : [
          number(
            'search seed',
            'which repeat of a search on the same weights',
            ({ point }) => point.searchSeed ?? DASH,
          ),
        ]),
    {
      name: 'ended',
      kind: 'text',
      show: ({ status }) =>
        tones[status] === null ? status : html`<b class=${tones[status]}>${statusWords[status]}</b>`,
    },
    accuracy('search set', 'accuracy on the search set, %', 'search'),
    accuracy('validation', 'of the mask found, untrained, on held-out images, %', 'validation'),
    ...(cells.every(({ point }) => point.k === 0)
      ? []
      : [accuracy('untrained at k', 'masked, at the weights after k, on the test set, %', 'atK')]),
    accuracy('rewind', 'masked initial weights, untrained, on the test set, %', 'rewind'),
    accuracy('last epoch', 'test accuracy after the last epoch, %', 'last'),
    accuracy(
      'val.-selected',
      'test accuracy after the epoch of best validation accuracy, %',
      'validationSelected',
    ),
    accuracy('best on test*', 'chosen on the test set itself, so too high, %', 'bestOnTest'),
    number('achieved, %', 'sparsity the mask has', ({ sparsity }) =>
      sparsity.achieved === null ? DASH : percent(sparsity.achieved),
    ),
    number('kept', 'weights or filters the mask keeps', ({ sparsity }) =>
      sparsity.kept === null ? DASH : integer(sparsity.kept),
    ),
    number('on a path', 'weights or filters on a path from input to output', ({ effective }) =>
      effective ? integer(effective.kept) : DASH,
    ),
    number('tied, %', 'of the mask, what the order of equal scores decided', (cell) => {
      const tied = tiedShare(cell)
      return tied === null ? DASH : percent(tied)
    }),
    number(
      'OS',
      'orthogonality score of the masked initial weights',
      ({ orthogonality }) => orthogonality?.thesis.toPrecision(4) ?? DASH,
    ),
    number('params', 'trained parameters left', ({ cost }) => (cost ? integer(cost.parameters.kept) : DASH)),
    number('MACs', 'multiply-adds of one image', ({ cost }) => (cost?.macs ? integer(cost.macs.kept) : DASH)),
    number('speed-up, theory', 'multiply-adds of the full network over those left', ({ cost }) =>
      times(cost?.theoreticalSpeedup),
    ),
    number(
      'ms',
      'median time of one inference of the network without its filters, with quartiles',
      ({ latency }) => (latency?.deleted ? milliseconds(latency.deleted) : DASH),
    ),
    number('masks tried', 'by its search', ({ evaluatedMasks }) =>
      evaluatedMasks === 0 ? DASH : integer(evaluatedMasks),
    ),
    number('time, s', 'seconds of all work it needs', ({ seconds }) => seconds.toFixed(1)),
  ]
}

function accuracy(name: string, meaning: string, metric: AccuracyName): GridColumn<CellRecord> {
  return number(name, meaning, (cell) => accuracyOf(cell, metric)?.toFixed(2) ?? DASH)
}

function number(name: string, meaning: string, show: (row: CellRecord) => Content): GridColumn<CellRecord> {
  return { name, meaning, kind: 'number', show }
}

function milliseconds({ medianMs, p25Ms, p75Ms }: NonNullable<CellRecord['latency']>['full']): string {
  return `${medianMs.toPrecision(3)} (${p25Ms.toPrecision(3)}–${p75Ms.toPrecision(3)})`
}

function percent(share: number): string {
  return String(Number((100 * share).toFixed(2)))
}
