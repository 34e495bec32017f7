import { webgpu_util, type WebGPUBackend, type WebGPUProgram } from '@tensorflow/tfjs-backend-webgpu'
import * as tf from '@tensorflow/tfjs-core'
import {
  CHANNELS,
  dropThreshold,
  keptValue,
  RANDOM_MASK,
  ROWS,
  SHIFTS,
  STIRRED_WITH,
  type RandomMaskAttributes,
} from '../../values/random-mask.ts'
import { checkMaskCall } from '../random-mask.ts'

/** Registers the kernel that dropout is made of, computed on the GPU with the same bits. */
export function registerWebgpuMask(): void {
  tf.registerKernel({
    kernelName: RANDOM_MASK,
    backendName: 'webgpu',
    kernelFunc: ({ inputs, attrs, backend }) => {
      const { key, channels } = inputs as { readonly key: tf.TensorInfo; readonly channels: tf.TensorInfo }
      const attributes = attrs as unknown as RandomMaskAttributes
      checkMaskCall(key, channels, attributes)
      const { rows, salt, rate } = attributes
      const program = maskProgram([rows, ...channels.shape])
      return (backend as Pick<WebGPUBackend, 'runWebGPUProgram'>).runWebGPUProgram(
        program,
        [key, channels],
        'float32',
        [
          { type: 'int32', data: [salt] },
          { type: 'int32', data: [dropThreshold(rate)] },
          { type: 'float32', data: [keptValue(rate)] },
        ],
      )
    },
  })
}

const workgroupSize: [number, number, number] = [64, 1, 1]

function maskProgram(outputShape: number[]): WebGPUProgram {
  const dispatchLayout = webgpu_util.flatDispatchLayout(outputShape)
  return {
    outputShape,
    dispatchLayout,
    dispatch: webgpu_util.computeDispatch(dispatchLayout, outputShape, workgroupSize),
    workgroupSize,
    variableNames: ['key', 'channels'],
    uniforms: 'salt : i32, threshold : i32, kept : f32,',
    size: true,
    shaderKey: RANDOM_MASK,
    getUserCode: () => SOURCE,
  }
}

/** `randomMask` of `src/values`, word by word, in WGSL. */
const SOURCE = `
  fn folded(value : u32, bits : u32) -> u32 {
    return value + (value >> bits);
  }

  fn stirred(value : u32, odd : u32) -> u32 {
    return value * (2u * value + odd);
  }

  fn mixed(value : u32) -> u32 {
    let a = stirred(folded(value, ${SHIFTS[0]}u), ${STIRRED_WITH[0]}u);
    let b = stirred(folded(a, ${SHIFTS[1]}u), ${STIRRED_WITH[1]}u);
    return folded(b, ${SHIFTS[2]}u);
  }

  fn hashed(value : u32, seed : u32) -> u32 {
    return 2u * mixed(mixed(value) + seed) + 1u;
  }

  fn main(index : i32) {
    if (index < uniforms.size) {
      let width = uniforms.outShape[1];
      let seed = hashed(bitcast<u32>(key[0]), bitcast<u32>(uniforms.salt));
      let row = hashed(u32(index / width), hashed(${ROWS}u, seed));
      let channel = hashed(bitcast<u32>(i32(channels[index % width])), hashed(${CHANNELS}u, seed));
      let drops = bitcast<i32>(row * channel) < uniforms.threshold;
      setOutputAtIndex(index, select(uniforms.kept, 0.0, drops));
    }
  }
`
