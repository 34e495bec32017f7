/**
 * What a layer computes in inference, as data: lets an evaluation compute it in another way than by running `forward`.
 * Parameters are named; `same` changes nothing but the shape, `order` nothing but values whose order stays.
 */
export type InferenceStep =
  | { readonly kind: 'dense'; readonly weight: string; readonly bias: string | null }
  | { readonly kind: 'relu' }
  | { readonly kind: 'same' }
  | { readonly kind: 'order' }
