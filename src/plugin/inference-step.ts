/**
 * What a layer computes in inference, as data: lets an evaluation compute it in another way than by running `forward`.
 * Parameters are named. `same` changes the shape alone; `order` changes values, but not which of an image's is higher.
 */
export type InferenceStep =
  | { readonly kind: 'dense'; readonly weight: string; readonly bias: string | null }
  | { readonly kind: 'relu' }
  | { readonly kind: 'same' }
  | { readonly kind: 'order' }
