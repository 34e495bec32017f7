import { metrics, type Change, type Regression } from '../verdict/index.ts'
import { pointName } from './point-name.ts'
import { counted, shortened } from './words.ts'

/** Names shown of cells that were lost. */
const SHOWN_CELLS = 3

/** A regression in one line: `snip 90 %: trained accuracy 97.30 → 88.10, −9.20 (noise explains −0.41)`. */
export function regressionLine(regression: Regression): string {
  const name = pointName(regression.group)
  if (regression.kind === 'worse')
    return [`${name}: ${changeInWords(regression)}`, ...regression.fallen.map(seedInWords)].join('; ')
  const { cells, status } = regression
  return `${name}: ${counted(cells.length, 'cell')} ${status}, none had: ${shortened(cells, SHOWN_CELLS)}`
}

/** Seeds of a change that fell by themselves, each in a sentence: the mean of the group may not show them. */
export function fallenInWords({ group, metric, fallen }: Change): readonly string[] {
  return fallen.map((one) => `${pointName(group)}: ${metrics[metric].title}, ${seedInWords(one)}`)
}

function seedInWords({ seed, before, now, limit }: Change['fallen'][number]): string {
  return `seed ${seed} alone fell from ${before.toFixed(2)} to ${now.toFixed(2)} (noise explains −${Math.abs(limit).toFixed(2)})`
}

function changeInWords({ metric, before, now, difference, limit }: Change): string {
  const { title, unit } = metrics[metric]
  const time = unit === 'ms'
  const plain = (x: number) => (time ? `${x.toPrecision(3)} ms` : x.toFixed(2))
  // Times are compared by their logarithms: their changes are told as shares.
  const change = (x: number) => {
    const y = time ? 100 * (Math.exp(-x) - 1) : x
    return `${y < 0 ? '−' : '+'}${time ? `${Math.abs(y).toFixed(0)} %` : Math.abs(y).toFixed(2)}`
  }
  const explained = limit === null ? '' : ` (noise explains ${change(limit)})`
  return `${title} ${plain(before)} → ${plain(now)}, ${change(difference)}${explained}`
}
