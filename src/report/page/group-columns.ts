import type { Group, Results, Statistic } from '../../results/index.ts'
import { merits } from '../../values/merit.ts'
import { integer, meanAndSpread, speedup, statusWords, times } from '../words.ts'
import type { GridColumn } from './grid.ts'
import { html, type Content } from './markup.ts'

const DASH = '–'

/** The columns of the table of groups, those with nothing to show included. */
export function groupColumns(results: Results): readonly GridColumn<Group>[] {
  const { merit } = results.identity
  const accuracy = (name: string, meaning: string, of: (group: Group) => Statistic | null, digits = 2) =>
    number(name, meaning, (group) => meanAndSpread(of(group), digits))
  return [
    { name: 'criterion', kind: 'text', show: ({ criterion }) => criterion },
    number('pruned, %', 'sparsity that was asked for', ({ sparsity }) => percent(sparsity)),
    number('k', `${results.identity.kUnit} of training before the mask is chosen`, ({ k }) => k),
    number('seeds', 'cells that are ok, of all', ({ statuses, seeds }) => {
      const all = Object.values(statuses).reduce((sum, n) => sum + n, 0)
      return statuses.ok === all ? seeds.length : html`<span class="warning">${statuses.ok} of ${all}</span>`
    }),
    {
      name: 'ended',
      kind: 'text',
      show: ({ statuses }) => {
        const others = (['collapsed', 'failed', 'cancelled'] as const).filter(
          (status) => statuses[status] > 0,
        )
        return others.length === 0
          ? 'ok'
          : html`<span class="${statuses.failed > 0 ? 'bad' : 'warning'}"
              >${others.map((status) => statusWords[status]).join(', ')}</span
            >`
      },
    },
    accuracy('search set', 'accuracy on the search set, %', ({ search }) => search, 1),
    ...(results.groups.every(({ k }) => k === 0)
      ? []
      : [
          accuracy(
            'untrained at k',
            'masked, at the weights after k, on the test set, %',
            ({ atK }) => atK,
            1,
          ),
        ]),
    accuracy('rewind', 'masked initial weights, untrained, on the test set, %', ({ rewind }) => rewind, 1),
    accuracy('last epoch', 'test accuracy after the last epoch, %', ({ last }) => last),
    accuracy(
      'val.-selected',
      'test accuracy after the epoch of best validation accuracy, %',
      (group) => group.validationSelected,
    ),
    number('95 % interval', `of the mean ${merits[merit]}, %`, (group) => interval(group[merit])),
    accuracy(
      'best on test*',
      'chosen on the test set itself, so too high, %',
      ({ bestOnTest }) => bestOnTest,
    ),
    number('achieved, %', 'sparsity that masks have', ({ achievedSparsity: s }) =>
      s ? percent(s.mean) : DASH,
    ),
    number('effective, %', 'what lies on no path counted as pruned', ({ effectiveSparsity: s }) =>
      s ? percent(s.mean) : DASH,
    ),
    number(
      'tied, %',
      'of the mask, what the order of equal scores decided; the most of any seed',
      ({ tiedShare }) => (tiedShare === null ? DASH : percent(tiedShare)),
    ),
    number(
      'OS',
      'orthogonality score of the masked initial weights',
      ({ orthogonality: o }) => o?.mean.toPrecision(4) ?? DASH,
    ),
    number('params', 'trained parameters left', ({ parameters }) =>
      parameters ? integer(parameters.mean) : DASH,
    ),
    number('compression', 'parameters of the full network over those left', ({ compressionRatio }) =>
      times(compressionRatio?.mean),
    ),
    number('MACs', 'multiply-adds of one image', ({ macs }) => (macs ? integer(macs.mean) : DASH)),
    number(
      'speed-up, theory',
      'multiply-adds of the full network over those left',
      ({ theoreticalSpeedup }) => times(theoreticalSpeedup?.mean),
    ),
    number(
      'speed-up, measured',
      'time of the full network over that of the network without its filters, timed in turns, with 95 % intervals',
      ({ latency }) => (latency.speedup ? speedup(latency.speedup) : DASH),
    ),
    number(
      'time, s',
      'seconds of all work one cell needs',
      ({ seconds }) => seconds?.mean.toFixed(1) ?? DASH,
    ),
  ]
}

function number(name: string, meaning: string, show: (group: Group) => Content): GridColumn<Group> {
  return { name, meaning, kind: 'number', show }
}

function percent(share: number): string {
  return String(Number((100 * share).toFixed(2)))
}

function interval(statistic: Statistic | null): string {
  if (statistic?.ci95 == null) return DASH
  return statistic.ci95.map((end) => end.toFixed(2)).join(' to ')
}
