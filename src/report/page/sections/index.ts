import type { Section } from '../section.ts'
import { experiment } from './experiment.ts'
import { failures } from './failures.ts'
import { pictures } from './pictures.ts'
import { summary } from './summary.ts'
import { cells, groups } from './tables.ts'
import { verdict } from './verdict.ts'

/** The sections of the page by their anchors, in their order. */
export const sections = {
  summary,
  verdict,
  experiment,
  accuracy: pictures('Accuracy', ['accuracy']),
  groups,
  cells,
  masks: pictures('Masks', ['similarity', 'layer-density', 'sparsity']),
  'at-start': pictures('At the start of training', ['orthogonality', 'jacobian', 'first-losses']),
  training: pictures('Training', ['epoch-losses', 'epoch-accuracies']),
  searches: pictures('Searches', ['search-traces', 'search-gap']),
  cost: pictures('Cost', ['speedup']),
  timing: pictures('Timing', ['time']),
  failures,
} as const satisfies Record<string, Section>
