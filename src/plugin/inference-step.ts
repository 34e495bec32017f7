/**
 * What a layer computes in inference, as data: lets an evaluation compute it in another way than by running `forward`.
 * Parameters are named. `same` changes the shape alone; `order` changes values, but not which of an image's is higher.
 */
export type InferenceStep =
  | { readonly kind: 'dense'; readonly weight: string; readonly bias: string | null }
  | { readonly kind: 'relu' }
  | { readonly kind: 'same' }
  | { readonly kind: 'order' }

/** What a forward pass computes in inference, step by step. */
export interface InferenceSteps {
  readonly list: readonly InferenceStep[]
  /** The `forward` they are of. A layer or model that was given another one computes something else. */
  readonly whole: unknown
}

/** The steps of a layer or model; undefined where it does not tell them, or they are not those of its `forward`. */
export function stepsOf({
  forward,
  steps,
}: {
  readonly forward: unknown
  readonly steps?: InferenceSteps
}): readonly InferenceStep[] | undefined {
  return steps?.whole === forward ? steps?.list : undefined
}
