// ResNet-20 for CIFAR-10 (He et al. 2016, section 4.2) with shortcuts of option A and the initialisation of He et al. 2015.
import {
  batchNorm,
  conv2d,
  defineModel,
  dense,
  globalAveragePool,
  kaimingNormal,
  logSoftmax,
  relu,
  residual,
  sequential,
  subsample,
} from 'prune-bench'

function convolution(index: number, inputs: number, outputs: number, stride = 1) {
  return sequential(
    conv2d(`conv${index}`, inputs, outputs, { stride, padding: 1, bias: false, init: kaimingNormal }),
    batchNorm(`norm${index}`, outputs),
  )
}

/** Two convolutions beside a shortcut; the first of them is the network's `index`-th. */
function block(index: number, inputs: number, outputs: number) {
  const stride = inputs === outputs ? 1 : 2
  const main = sequential(
    convolution(index, inputs, outputs, stride),
    relu(),
    convolution(index + 1, outputs, outputs),
  )
  const sum =
    stride === 1 ? residual(main) : residual(main, subsample(`shortcut${index}`, inputs, outputs, 2))
  return sequential(sum, relu())
}

export default defineModel({
  summary: 'Residual network of 19 3×3 convolutions in three stages of 16, 32 and 64 filters, for 32×32×3.',
  input: [32, 32, 3],
  classes: 10,
  ...sequential(
    convolution(1, 3, 16),
    relu(),
    block(2, 16, 16),
    block(4, 16, 16),
    block(6, 16, 16),
    block(8, 16, 32),
    block(10, 32, 32),
    block(12, 32, 32),
    block(14, 32, 64),
    block(16, 64, 64),
    block(18, 64, 64),
    globalAveragePool(),
    dense('dense', 64, 10, { maskable: false }),
    logSoftmax(),
  ),
})
