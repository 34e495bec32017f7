// The smallest CNN of the thesis (Sanchez & Reyes 2020), for trying things out. Its script takes the softmax of
// probabilities in the loss: `loss: 'double-softmax'` in a suite's training does.
import { batchNorm, conv2d, defineModel, dense, flatten, logSoftmax, relu, sequential } from 'prune-bench'

export default defineModel({
  summary: 'Two 3×3 convolutions of 16 and 32 filters with batch-norm, for 32×32×3.',
  input: [32, 32, 3],
  classes: 10,
  ...sequential(
    conv2d('conv1', 3, 16, { stride: 2 }),
    relu(),
    batchNorm('norm1', 16),
    conv2d('conv2', 16, 32, { stride: 2 }),
    relu(),
    batchNorm('norm2', 32),
    flatten(),
    dense('dense', 32 * 7 * 7, 10, { maskable: false }),
    logSoftmax(),
  ),
})
