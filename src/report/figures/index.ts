import { accuracyCurves } from './accuracy-curves.ts'
import { densityProfiles } from './density-profiles.ts'
import type { AbsentFigure, Draw, Figure, FigureSource } from './figure.ts'
import { jacobianDots } from './jacobian-dots.ts'
import { epochAccuracies, epochLosses, firstLosses } from './loss-curves.ts'
import { orthogonalityBars } from './orthogonality-bars.ts'
import { searchGapDots } from './search-gap-dots.ts'
import { searchTraces } from './search-traces.ts'
import { similarityMap } from './similarity-map.ts'
import { sparsityDots } from './sparsity-dots.ts'
import { speedupBars } from './speedup-bars.ts'
import { timeBars } from './time-bars.ts'

/** All figures by the name of their files, in the order of the page. */
const draws = {
  accuracy: accuracyCurves,
  orthogonality: orthogonalityBars,
  jacobian: jacobianDots,
  similarity: similarityMap,
  'search-traces': searchTraces,
  'search-gap': searchGapDots,
  'first-losses': firstLosses,
  'epoch-losses': epochLosses,
  'epoch-accuracies': epochAccuracies,
  'layer-density': densityProfiles,
  sparsity: sparsityDots,
  speedup: speedupBars,
  time: timeBars,
} as const satisfies Record<string, Draw>

export type FigureName = keyof typeof draws
export type Figures = Readonly<Record<FigureName, Figure | AbsentFigure>>

/** Draws all figures of a run. */
export function drawFigures(source: FigureSource): Figures {
  const entries = Object.entries(draws).map(([name, draw]) => [name, draw(source)] as const)
  return Object.fromEntries(entries) as Figures
}
