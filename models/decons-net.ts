// LeNet-300-100 of Zhou et al. 2019, "Deconstructing Lottery Tickets", without biases: the thesis' MLP.
import { defineModel, dense, flatten, logSoftmax, relu, sequential } from 'prune-bench'

export default defineModel({
  summary: 'Fully connected 784-300-100-10 without biases, every weight maskable.',
  input: [28, 28, 1],
  classes: 10,
  ...sequential(
    flatten(),
    dense('fc1', 784, 300, { bias: false }),
    relu(),
    dense('fc2', 300, 100, { bias: false }),
    relu(),
    dense('fc3', 100, 10, { bias: false }),
    logSoftmax(),
  ),
})
