// Conv-6 of Frankle & Carbin 2019, "The Lottery Ticket Hypothesis": Glorot-normal weights (not truncated), zero biases.
// It has 2,262,602 parameters; the 1.7 million of the paper's figure 2 do not follow from the layers it lists there.
import {
  conv2d,
  defineModel,
  dense,
  flatten,
  glorotNormal as init,
  logSoftmax,
  maxPool,
  relu,
  sequential,
} from 'prune-bench'

/** Two convolutions that keep the size, and a pooling that halves it. */
function pair(index: number, inputs: number, outputs: number) {
  return sequential(
    conv2d(`conv${index}`, inputs, outputs, { padding: 'same', init }),
    relu(),
    conv2d(`conv${index + 1}`, outputs, outputs, { padding: 'same', init }),
    relu(),
    maxPool(2),
  )
}

export default defineModel({
  summary:
    'Six 3×3 convolutions in pairs of 64, 128 and 256 filters, and dense layers 256-256-10, for 32×32×3.',
  input: [32, 32, 3],
  classes: 10,
  ...sequential(
    pair(1, 3, 64),
    pair(3, 64, 128),
    pair(5, 128, 256),
    flatten(),
    dense('dense1', 256 * 4 * 4, 256, { init }),
    relu(),
    dense('dense2', 256, 256, { init }),
    relu(),
    dense('dense3', 256, 10, { init }),
    logSoftmax(),
  ),
})
