import * as v from 'valibot'
import type { SourcePlace } from '../values/problem.ts'
import { normalShare } from '../values/share.ts'
import { check, orObject, strict } from './checking.ts'

/** Figures of a cell that assertions and baselines speak of. */
export const metricNames = [
  'last',
  'validationSelected',
  'bestOnTest',
  'search',
  'validation',
  'atK',
  'rewind',
  'achievedSparsity',
  'effectiveSparsity',
  'orthogonality',
  'orthogonalityLee',
  'jacobianMean',
  'jacobianSd',
  'parameters',
  'macs',
  'compressionRatio',
  'theoreticalSpeedup',
  'latencyFull',
  'latencyMasked',
  'latencyDeleted',
] as const

/**
 * Accuracies in %: trained (`last`, `validationSelected`, `bestOnTest`), of a search on its set and on held-out images
 * (`search`, `validation`), untrained (`atK`, `rewind`). Sparsities as shares, orthogonality as the thesis and as Lee et al.
 * define it, singular values of the Jacobian, what is left of parameters and multiply-adds, times of inference in
 * milliseconds.
 */
export type MetricName = (typeof metricNames)[number]

/** What a coordinate may be: one value, one of several, or a range with both ends in it. */
export type Choice<T> =
  T | readonly T[] | (T extends number ? { readonly from?: number; readonly to?: number } : never)

/** Cells by their coordinates; what is not stated is any. The unpruned control is meant only by `control: true`. */
export interface CellSelector {
  /** The suite's label of the criterion. */
  readonly criterion?: Choice<string>
  readonly sparsity?: Choice<number>
  readonly k?: Choice<number>
  readonly seed?: Choice<number>
  /** Which repeat of a search, where the suite has `searchSeeds`. */
  readonly searchSeed?: Choice<number>
  readonly control?: true
}

/** What cells are held against: the same cells with these coordinates, or another of their figures, instead. */
export interface Reference extends CellSelector {
  readonly metric?: MetricName
}

/** Where an assertion counts; everywhere where absent. */
export interface Occasion {
  readonly data?: string | readonly string[]
  readonly profile?: string | readonly string[]
}

/** What is asserted of the cells of every criterion, sparsity and k that were chosen. */
export type Claim =
  /** The mean over seeds stands in this relation to a number, or to the mean of the reference moved by `offset`. */
  | {
      readonly kind: 'compares'
      /** Null: the suite's figure of merit. */
      readonly metric: MetricName | null
      readonly relation: '≥' | '>' | '≤'
      readonly target: number | Reference
      readonly offset: number
      /** Whether the 95 % confidence interval must stand there, too, not the mean alone. */
      readonly confident: boolean
    }
  /** From each value of the coordinate to the next, the mean goes only this way. */
  | {
      readonly kind: 'trend'
      readonly metric: MetricName | 'similarity'
      readonly along: 'k' | 'sparsity'
      readonly direction: 'grows' | 'falls'
    }
  /** Every mask keeps exactly as much as was asked for. */
  | { readonly kind: 'exact-sparsity' }
  /** Every mask leaves a path from input to output. */
  | { readonly kind: 'no-collapse' }

/** Something that must hold of a suite's results. */
export interface Assertion {
  readonly kind: 'assertion'
  readonly cells: CellSelector
  readonly claim: Claim
  readonly occasion: Occasion
  /** The line of the suite that states it; null where it cannot be told. */
  readonly place: SourcePlace | null
}

interface AnyOption {
  /** The data sets and profiles that it holds for; all where absent. */
  readonly when?: Occasion
}

interface CompareOptions extends AnyOption {
  /** Default: the suite's figure of merit (`merit`), which is the test accuracy after the last epoch unless it says otherwise. */
  readonly metric?: MetricName
  /** Also the 95 % confidence interval has to hold: too few seeds to tell are reported as such. Default: the mean decides. */
  readonly confident?: boolean
}

interface TrendOptions extends AnyOption {
  /** `similarity`: mean cosine similarity of the masks that a search finds on the same weights when `searchSeeds` repeats it. */
  readonly metric: MetricName | 'similarity'
  readonly along: 'k' | 'sparsity'
}

/** Cells that something is asserted of. Each criterion, sparsity and k is judged on its own, by the mean over its seeds. */
export interface AssertedCells {
  /** At least this much, or at least what the reference has, less `within`. */
  readonly reach: (
    target: number | Reference,
    options?: CompareOptions & { readonly within?: number },
  ) => Assertion
  /** More than the target, by at least `by`. */
  readonly exceed: (
    target: number | Reference,
    options?: CompareOptions & { readonly by?: number },
  ) => Assertion
  /** At most the target, or that and `within`. */
  readonly notExceed: (
    target: number | Reference,
    options?: CompareOptions & { readonly within?: number },
  ) => Assertion
  /** Grow from each k or sparsity to the next. */
  readonly grow: (options: TrendOptions) => Assertion
  /** Fall from each k or sparsity to the next. */
  readonly fall: (options: TrendOptions) => Assertion
  /** Prune exactly as many weights or filters as the suite asks for: of each layer, where a criterion ranks each on its own. */
  readonly achieveSparsity: (options?: AnyOption) => Assertion
  /** Keep a path from input to output, which shortcuts may be part of. */
  readonly notCollapse: (options?: AnyOption) => Assertion
}

const coordinates = {
  criterion: v.optional(v.any()),
  sparsity: v.optional(v.any()),
  k: v.optional(v.any()),
  seed: v.optional(v.any()),
  searchSeed: v.optional(v.any()),
  control: v.optional(v.literal(true)),
}
const figure = v.optional(v.picklist(metricNames))
const reference = orObject(v.number('must be a number or cells'), strict({ ...coordinates, metric: figure }))
const anyOption = { when: v.optional(strict({ data: v.optional(v.any()), profile: v.optional(v.any()) })) }
const optionsOf = {
  compares: strict({ ...anyOption, metric: figure, confident: v.optional(v.boolean()) }),
  trend: strict(anyOption),
  'exact-sparsity': strict(anyOption),
  'no-collapse': strict(anyOption),
} satisfies Readonly<Record<Claim['kind'], v.GenericSchema>>

/**
 * Chooses cells for an assertion of a suite:
 * `cells({ criterion: 'snip', sparsity: 0.9 }).exceed({ criterion: 'random' }, { by: 0.5 })`.
 */
export function cells(selector: CellSelector = {}): AssertedCells {
  check('selector of cells', strict(coordinates), selector)
  const assertion = (claim: Claim, options: AnyOption, method: (...all: never) => unknown) => {
    check('assertion', strict({ options: optionsOf[claim.kind] }), { options })
    return {
      kind: 'assertion' as const,
      cells: normalSelector(selector),
      claim,
      occasion: options.when ?? {},
      place: callerOf(method),
    }
  }
  const comparison = (
    relation: '≥' | '>' | '≤',
    target: number | Reference,
    offset: number,
    { metric, confident = false }: CompareOptions,
  ): Claim => {
    check('assertion', strict({ target: reference }), { target })
    return {
      ...{ kind: 'compares', metric: metric ?? null, relation, offset, confident },
      target: typeof target === 'number' ? target : normalSelector(target),
    }
  }
  const made: AssertedCells = {
    reach: (target, { within = 0, ...options } = {}) =>
      assertion(comparison('≥', target, -within, options), options, made.reach),
    exceed: (target, { by, ...options } = {}) =>
      assertion(comparison(by === undefined ? '>' : '≥', target, by ?? 0, options), options, made.exceed),
    notExceed: (target, { within = 0, ...options } = {}) =>
      assertion(comparison('≤', target, within, options), options, made.notExceed),
    grow: ({ metric, along, ...options }) =>
      assertion({ kind: 'trend', metric, along, direction: 'grows' }, options, made.grow),
    fall: ({ metric, along, ...options }) =>
      assertion({ kind: 'trend', metric, along, direction: 'falls' }, options, made.fall),
    achieveSparsity: (options = {}) => assertion({ kind: 'exact-sparsity' }, options, made.achieveSparsity),
    notCollapse: (options = {}) => assertion({ kind: 'no-collapse' }, options, made.notCollapse),
  }
  return made
}

/** Sparsities as the matrix has them: `0.1 * 3` chooses the cells of 0.3. */
function normalSelector<S extends CellSelector>(selector: S): S {
  const { sparsity } = selector
  return sparsity === undefined ? selector : { ...selector, sparsity: normalChoice(sparsity) }
}

function normalChoice(choice: Choice<number>): Choice<number> {
  if (isList(choice)) return choice.map(normalNumber)
  if (typeof choice !== 'object') return normalNumber(choice)
  return Object.fromEntries(Object.entries(choice).map(([end, value]) => [end, normalNumber(value)]))
}

/** What is no number stays as it is, and is told when assertions are checked. */
function normalNumber(value: number): number {
  return Number.isFinite(value) ? normalShare(value) : value
}

function isList(choice: Choice<number>): choice is readonly number[] {
  return Array.isArray(choice)
}

/** The place in a source file that called a function, by the stack; source maps make it a line of the suite. */
function callerOf(callee: (...all: never) => unknown): SourcePlace | null {
  const holder: { stack?: string } = {}
  Error.captureStackTrace(holder, callee)
  const first = holder.stack?.split('\n').find((line) => /^\s+at /.test(line)) ?? ''
  const [, file, line, column] = /^\s+at (?:.* \()?(.+?):(\d+):(\d+)\)?$/.exec(first) ?? []
  if (file === undefined) return null
  return { file: withoutScheme(file), line: Number(line), column: Number(column) - 1 }
}

function withoutScheme(file: string): string {
  return file.startsWith('file://') ? decodeURIComponent(new URL(file).pathname) : file
}
