// The CNN of the thesis (Sanchez & Reyes 2020). Its script takes the softmax of probabilities in the loss:
// `loss: 'double-softmax'` in a suite's training does.
import {
  batchNorm,
  conv2d,
  defineModel,
  dense,
  dropout,
  flatten,
  logSoftmax,
  relu,
  sequential,
} from 'prune-bench'

/** Convolution, ReLU, dropout and batch-norm, in this order. */
function block(index: number, inputs: number, outputs: number, stride: number) {
  return sequential(
    conv2d(`conv${index}`, inputs, outputs, { stride }),
    relu(),
    dropout(`drop${index}`, outputs, 0.3),
    batchNorm(`norm${index}`, outputs),
  )
}

export default defineModel({
  summary: 'Four 3×3 convolutions of 64, 128, 256 and 512 filters with dropout and batch-norm, for 32×32×3.',
  input: [32, 32, 3],
  classes: 10,
  ...sequential(
    block(1, 3, 64, 2),
    block(2, 64, 128, 1),
    block(3, 128, 256, 2),
    block(4, 256, 512, 1),
    flatten(),
    dense('dense', 512 * 4 * 4, 10, { maskable: false }),
    logSoftmax(),
  ),
})
