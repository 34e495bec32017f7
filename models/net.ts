// The largest MLP of the thesis (Sanchez & Reyes 2020); its last layer is an ordinary one.
import { defineModel, dense, flatten, logSoftmax, relu, sequential } from 'prune-bench'

export default defineModel({
  summary: 'Fully connected 784-512-256-64-10, its last layer with biases and never pruned.',
  input: [28, 28, 1],
  classes: 10,
  ...sequential(
    flatten(),
    dense('fc1', 784, 512, { bias: false }),
    relu(),
    dense('fc2', 512, 256, { bias: false }),
    relu(),
    dense('fc3', 256, 64, { bias: false }),
    relu(),
    dense('fc4', 64, 10, { maskable: false }),
    logSoftmax(),
  ),
})
