import * as Plot from '@observablehq/plot'
import { layerName, share } from '../words.ts'
import { bySparsity } from './by-sparsity.ts'
import { caption, figureSvg, panel } from './chart.ts'
import type { AbsentFigure, Draw, Figure } from './figure.ts'
import { legend } from './legend.ts'
import { neutral, paintOf } from './palette.ts'
import { seriesOf, type Series } from './series.ts'

const TITLE = 'What each layer keeps'

/** Density of every layer under the masks of every criterion. */
export const densityProfiles: Draw = ({ results }): Figure | AbsentFigure => {
  const masked = results.groups.filter(({ control, layers }) => !control && layers.length > 0)
  if (masked.length === 0)
    return { title: TITLE, why: 'No mask has been chosen yet. Run the suite to the end.' }
  const sparsities = [...new Set(masked.map(({ sparsity }) => sparsity))]
  const what = results.identity.granularity === 'filter' ? 'filters' : 'weights'
  return {
    title: TITLE,
    reading: `Share of each layer's ${what} that a mask keeps, mean over seeds, from the input to the output. The grey line is what every layer would keep if all were pruned alike.`,
    ...bySparsity(sparsities, seriesOf(results), (sparsity, series) =>
      draw(`${what} kept at ${share(sparsity)}`, sparsity, series),
    ),
    data: {
      columns: ['criterion', 'k', 'sparsity', 'layer', 'total', 'n', 'kept_mean', 'kept_sd', 'density'],
      rows: masked.flatMap(({ criterion, k, sparsity, layers }) =>
        layers.map(({ name, total, kept }) => [
          criterion,
          k,
          sparsity,
          layerName(name),
          total,
          kept.n,
          kept.mean,
          kept.sd,
          kept.mean / total,
        ]),
      ),
    },
  }
}

function draw(what: string, sparsity: number, series: readonly Series[]): string {
  const lines = series.flatMap((one) => {
    const layers = one.groups.find((group) => group.sparsity === sparsity)?.layers ?? []
    if (layers.length === 0) return []
    return [
      {
        one,
        points: layers.map(({ name, total, kept }) => ({
          layer: layerName(name),
          density: (100 * kept.mean) / total,
        })),
      },
    ]
  })
  const names = lines[0]?.points.map(({ layer }) => layer) ?? []
  const grey = paintOf(neutral)
  const crowded = names.length > 12
  const plot = panel({
    height: crowded ? 380 : 320,
    marginTop: 30,
    ...(crowded ? { marginBottom: 80 } : {}),
    x: { type: 'point', domain: names, label: null, padding: 0.4, ...(crowded ? { tickRotate: -45 } : {}) },
    y: { label: 'kept, %', labelArrow: 'none', labelAnchor: 'top', grid: true, zero: true },
    marks: [
      Plot.ruleY([0], { stroke: 'currentColor', strokeOpacity: 0.4 }),
      Plot.ruleY([100 * (1 - sparsity)], { stroke: grey, strokeWidth: 1.5, strokeDasharray: '5 4' }),
      ...lines.flatMap(({ one, points }) => [
        Plot.lineY(points, {
          x: 'layer',
          y: 'density',
          stroke: one.colour,
          strokeWidth: 2,
          strokeDasharray: one.dash,
        }),
        Plot.dot(points, { x: 'layer', y: 'density', fill: one.colour, symbol: one.symbol, r: 4.5 }),
      ]),
    ],
  })
  const said = lines.map(
    ({ one, points }) =>
      `${one.name}: ${points.map(({ layer, density }) => `${layer} ${density.toFixed(1)} %`).join(', ')}`,
  )
  return figureSvg(
    [
      caption(`${TITLE}: ${what}`, 'title'),
      legend([
        ...lines.map(({ one: { name, colour, symbol, dash } }) => ({ name, colour, symbol, dash })),
        { name: 'all layers alike', colour: grey, symbol: null, dash: '5 4' },
      ]),
      plot,
    ],
    `Line chart of the share kept in each layer. ${said.join('; ')}.`,
  )
}
