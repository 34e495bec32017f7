/** The signals of a criterion that are other ones for another k; masks from the others are the same for all k. */
export const signalsAtK: readonly string[] = ['weights', 'gradients', 'scales']
