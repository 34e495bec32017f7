import type { CellRecord, Results } from '../results/index.ts'
import type { RunFact } from './run-fact.ts'
import { counted, integer } from './words.ts'

/** How far searches that evaluated their masks in fewer bits were from float32; nothing where none did. */
export function precisionFacts({ identity, cells }: Pick<Results, 'identity' | 'cells'>): readonly RunFact[] {
  return identity.criteria.flatMap(({ label, precision }) => {
    if (precision === undefined) return []
    const found = cells.flatMap(({ point, reducedPrecision }) =>
      point.criterion === label && reducedPrecision ? [reducedPrecision] : [],
    )
    const total = (name: Exclude<keyof NonNullable<CellRecord['reducedPrecision']>, 'precision'>): number =>
      found.reduce((sum, facts) => sum + facts[name], 0)
    const masks = total('masks')
    const images = total('images')
    const measured =
      masks === 0
        ? 'how far that is from float32 was not measured: the search does not tell which masks it decides'
        : [
            `of ${counted(masks, 'mask')} evaluated in float32 as well, ${percent(total('differently'), images)} of the images got another class`,
            `right answers differ by ${(total('deviation') / masks).toFixed(2)} of ${integer(images / masks)} (${signed(total('surplus') / masks)} in the mean)`,
            `${percent(total('decisions'), masks)} of the decisions would have been others`,
          ].join(', ')
    return [{ label: 'precision', text: `${label} evaluates masks in ${precision}: ${measured}` }]
  })
}

function percent(part: number, whole: number): string {
  return `${((100 * part) / whole).toFixed(2)} %`
}

function signed(x: number): string {
  const text = Math.abs(x).toFixed(2)
  return x < 0 ? `−${text}` : `+${text}`
}
