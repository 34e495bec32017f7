/**
 * The accuracies that a suite may be judged by, in words. `bestOnTest` is none of them: it is chosen on the test set, so it
 * is too high.
 */
export const merits = {
  last: 'test accuracy after the last epoch',
  validationSelected: 'test accuracy after the epoch that a validation split chose',
  search: 'search-set accuracy of the masks that searches returned',
  validation: 'held-out accuracy of the masks that searches returned, untrained, at the weights after k',
  atK: 'test accuracy, masked and untrained, at the weights after k',
  rewind: 'test accuracy, masked and untrained, at the initial weights',
} as const

/** The figure of merit of a suite: the one accuracy that its networks are ranked and judged by. */
export type Merit = keyof typeof merits

/** Their names. */
export const meritNames = Object.keys(merits) as readonly Merit[]
