import { describe, expect, test } from 'vitest'
import { csvOf } from '../data-table.ts'
import { grouped } from '../grouped.ts'
import { sampleReport, smallMatrix } from '../sample-report.ts'
import { sampleResults } from '../sample-results.ts'
import { figureFiles } from './figure-files.ts'
import { isDrawn, type AbsentFigure, type Figure } from './figure.ts'
import { drawFigures } from './index.ts'

const report = sampleReport(smallMatrix)
const filters = drawFigures(report)
const noDetails = { traces: new Map(), losses: new Map(), similarity: { sparsities: [] } }
const weights = drawFigures({ results: sampleResults(), details: noDetails })

function drawn(figure: Figure | AbsentFigure): Figure {
  if (!isDrawn(figure)) throw new Error(`not drawn: ${figure.why}`)
  return figure
}

describe.each(Object.entries(filters).filter(([, figure]) => isDrawn(figure)))('%s', (name, figure) => {
  test('looks as it did', async () => {
    const first = [...figureFiles(filters)].find(([file]) => file === `figures/${name}.svg`)
    await expect(first?.[1].replaceAll('><', '>\n<')).toMatchFileSnapshot(`__snapshots__/${name}.svg`)
  })

  test('has a picture for every choice, each with a text alternative', () => {
    const { variants, choices } = drawn(figure)
    expect(variants).toHaveLength(choices.reduce((product, { options }) => product * options.length, 1))
    expect(new Set(variants.map(({ picked }) => picked.join())).size).toBe(variants.length)
    for (const { svg, picked } of variants) {
      expect(svg).toMatch(/^<svg [^>]*role="img"/)
      expect(svg).toMatch(/aria-label="[^"]{40,}"/)
      expect(svg).not.toMatch(/NaN|undefined|Infinity/)
      picked.forEach((option, i) => expect(choices[i]?.options).toContain(option))
    }
  })

  test('has its data in rows as long as the columns', () => {
    const { columns, rows } = drawn(figure).data
    expect(rows.length).toBeGreaterThan(0)
    for (const row of rows) expect(row).toHaveLength(columns.length)
  })
})

test('orthogonality looks as it did', async () => {
  const [variant] = drawn(weights.orthogonality).variants
  await expect(variant?.svg.replaceAll('><', '>\n<')).toMatchFileSnapshot('__snapshots__/orthogonality.svg')
})

test('points of curves lie where their accuracies say', () => {
  const { variants, data } = drawn(filters.accuracy)
  const svg = variants[0]?.svg ?? ''
  // Points of criteria are symbols or circles in a filled group; the plot is the last part of a figure.
  const plot = svg.slice(svg.lastIndexOf('<svg '))
  const points = [...plot.matchAll(/<g fill="var[^>]*>(.*?)<\/g>/g)].flatMap(([, group = '']) =>
    [...group.matchAll(/translate\(([\d.]+),([\d.]+)\)|<circle[^>]*>/g)].map(
      ([all, x, y]) =>
        [Number(x ?? / cx="([\d.]+)"/.exec(all)?.[1]), Number(y ?? / cy="([\d.]+)"/.exec(all)?.[1])] as const,
    ),
  )
  const at = (name: string) => data.columns.indexOf(name)
  const rows = data.rows.filter(
    (row) => row[at('accuracy')] === 'last epoch' && row[at('criterion')] !== 'unpruned',
  )
  expect(points).toHaveLength(rows.length)
  // Drawn series after series, kept sparsity after sparsity.
  const series = grouped(rows, (row) => `${row[at('criterion')]} ${row[at('k')]}`)
  const values = [...series.values()]
    .flat()
    .map((row) => [row[at('sparsity_achieved')], row[at('mean')]] as [number, number])
  for (const axis of [0, 1] as const) {
    const pairs = points.map((point, i) => [values[i]?.[axis] ?? NaN, point[axis]] as const)
    const [first, last] = [pairs.toSorted((a, b) => a[0] - b[0])[0], pairs.toSorted((a, b) => b[0] - a[0])[0]]
    if (!first || !last) throw new Error('no points')
    const slope = (last[1] - first[1]) / (last[0] - first[0])
    // Upwards is less in SVG.
    expect(Math.sign(slope)).toBe(axis === 0 ? 1 : -1)
    for (const [value, pixel] of pairs) {
      expect(Math.abs(first[1] + slope * (value - first[0]) - pixel)).toBeLessThan(0.25)
    }
  }
})

test('the same data give the same bytes', () => {
  const again = drawFigures(sampleReport(smallMatrix))
  expect([...figureFiles(again)]).toEqual([...figureFiles(filters)])
})

test('what cannot be drawn says what to set', () => {
  const why = (figure: Figure | AbsentFigure) => (isDrawn(figure) ? '' : figure.why)
  expect(why(filters.orthogonality)).toContain('fully connected')
  expect(why(weights.jacobian)).toContain('jacobian:')
  expect(why(weights['search-traces'])).toContain('criteria')
  expect(why(weights.similarity)).toContain('two')
  expect(why(weights['first-losses'])).toContain('Run the suite')
})

test('the data of a figure as CSV', async () => {
  await expect(csvOf(drawn(filters.speedup).data)).toMatchFileSnapshot('__snapshots__/speedup.csv')
})

test('files are named after what was chosen', () => {
  const names = [...figureFiles(filters)].map(([path]) => path)
  expect(names).toContain('figures/accuracy.svg')
  expect(names).toContain('figures/accuracy-parameters-validation-selected.svg')
  expect(names).toContain('figures/speedup-70.svg')
  expect(names).toContain('figures/speedup.csv')
  expect(new Set(names).size).toBe(names.length)
})
