// Multinomial logistic regression: the smallest network of the thesis (Sanchez & Reyes 2020).
import { defineModel, dense, flatten, logSoftmax, sequential } from 'prune-bench'

export default defineModel({
  summary: 'One fully connected layer 784-10 without biases, every weight maskable.',
  input: [28, 28, 1],
  classes: 10,
  ...sequential(flatten(), dense('fc1', 784, 10, { bias: false }), logSoftmax()),
})
