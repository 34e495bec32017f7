import type { Group, Statistic } from '../../results/index.ts'
import { share, times } from '../words.ts'
import { bySparsity } from './by-sparsity.ts'
import { bars, type Bar } from './bars.ts'
import type { AbsentFigure, Draw, Figure } from './figure.ts'
import { seriesOf } from './series.ts'

const TITLE = 'Speed-up, theoretical and measured'

/** How many times less is computed, beside how many times faster that was measured to be. */
export const speedupBars: Draw = ({ results }): Figure | AbsentFigure => {
  const { groups, identity, cells } = results
  const priced = groups.filter(({ control, theoreticalSpeedup }) => !control && theoreticalSpeedup !== null)
  if (priced.length === 0) {
    return {
      title: TITLE,
      why: 'Multiply-adds are not known: the model does not tell its structure, or nothing has been analysed yet. Build it with sequential(…).',
    }
  }
  const sparsities = [...new Set(priced.map(({ sparsity }) => sparsity))]
  const batch = cells.find(({ latency }) => latency?.deleted)?.latency?.batch
  return {
    title: TITLE,
    reading: `Theoretical: multiply-adds of the full network over those that are left. ${
      batch === undefined
        ? identity.granularity === 'weight'
          ? 'Nothing was measured: under masks of single weights the same program runs, so nothing is faster.'
          : 'Measured times are missing: set latencyBatch in the suite.'
        : `Measured: median time of one inference of ${batch === 1 ? 'one image' : `${batch} images`} by the full network over that by the one without its filters, timed in turns; their intervals are in the data.`
    }`,
    ...bySparsity(sparsities, seriesOf(results), (sparsity, series) =>
      bars({
        title: `${TITLE}, at ${share(sparsity)}: ${identity.model.name}`,
        label: 'times as fast as the full network',
        from: 0,
        fromName: null,
        text: times,
        bars: series.flatMap((one) => {
          const group = one.groups.find((candidate) => candidate.sparsity === sparsity)
          return group ? barsOf(group, one.name, one.colour, batch !== undefined) : []
        }),
      }),
    ),
    data: {
      columns: [
        'criterion',
        'k',
        'sparsity',
        'parameters',
        'compression_ratio',
        'macs',
        'theoretical_speedup',
        'full_ms',
        'masked_ms',
        'deleted_ms',
        'measured_speedup',
        'measured_low',
        'measured_high',
      ],
      rows: groups.map((group) => [
        group.criterion,
        group.k,
        group.sparsity,
        ...[
          group.parameters,
          group.compressionRatio,
          group.macs,
          group.theoreticalSpeedup,
          group.latency.full,
          group.latency.masked,
          group.latency.deleted,
        ].map(mean),
        group.latency.speedup?.median ?? null,
        group.latency.speedup?.low ?? null,
        group.latency.speedup?.high ?? null,
      ]),
    },
  }
}

function barsOf(group: Group, name: string, colour: string, timed: boolean): Bar[] {
  const { theoreticalSpeedup } = group
  if (theoreticalSpeedup === null) return []
  const found = group.latency.speedup?.median ?? null
  return [
    {
      name,
      colour,
      value: theoreticalSpeedup.mean,
      sd: theoreticalSpeedup.sd,
      ...(timed ? { part: 'theoretical' } : {}),
    },
    ...(found === null ? [] : [{ name, colour, value: found, sd: null, part: 'measured' }]),
  ]
}

function mean(statistic: Statistic | null): number | null {
  return statistic && statistic.mean
}
