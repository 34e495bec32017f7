import { float32 } from '../../values/host-tensor.ts'
import { Problem } from '../../values/problem.ts'
import { binary } from '../graph/elementwise.ts'
import { Graph } from '../graph/graph.ts'
import { deviceModel } from './device-model.ts'
import type { Device, DeviceSession, DeviceTensor } from './device.ts'

/** A number that float16 does not have, and what is nearest to it there, taken twice. */
const [PROBE, TWICE] = [0.1, 0.199951171875]

/** Sees whether a GPU computes with 16 bits, as not all do. Throws a `Problem` of kind `usage` where it does not. */
export async function checkHalfPrecision(
  device: Pick<Device, 'open' | 'upload' | 'download'>,
): Promise<void> {
  const graph = new Graph('gpu')
  const x = graph.input('float32', [1])
  const model = deviceModel('half', { inputs: [x], outputs: [binary(graph, 'add', x, x)] }, 'float16')
  const [input = '', output = ''] = [model.inputs[0]?.name, model.outputs[0]]
  const there = await device.upload(float32([1], [PROBE]), 'float32')
  let sum: DeviceTensor | undefined
  let session: DeviceSession | undefined
  try {
    session = await device.open('half', model.bytes)
    sum = (await session.run({ [input]: there }))[output]
    const found = sum && (await device.download(sum, 'float32')).data[0]
    if (found !== TWICE) throw new Error(`twice ${PROBE} is ${found ?? 'nothing'}, not ${TWICE}`)
  } catch (error) {
    // Nothing is known then of what it computes with.
    if (error instanceof Problem && (error.kind === 'device' || error.kind === 'cell')) throw error
    throw new Problem('usage', 'the GPU does not compute in float16', {
      hint: 'Leave evaluation: { precision } out of the suite: float32 is what all GPUs have.',
      cause: error,
    })
  } finally {
    sum?.dispose()
    there.dispose()
    await session?.close()
  }
}
