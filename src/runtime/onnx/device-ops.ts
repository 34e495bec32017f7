import { Graph } from '../graph/graph.ts'
import type { OpKind } from '../graph/node.ts'
import { reachable } from '../graph/reachable.ts'
import { deviceModel } from './device-model.ts'
import { Device } from './device.ts'
import { samples } from './op-samples.ts'
import type { Ort } from './session.ts'

/** An operation of recorded functions, and whether the device computes it or leaves it to the processor. */
export interface DeviceOp {
  readonly op: string
  readonly on: 'gpu' | 'cpu'
}

/** Opens a small function of every operation, and tells which of them would leave the device. */
export async function deviceOps(engine: Ort): Promise<DeviceOp[]> {
  const device = new Device(engine, true)
  const found: DeviceOp[] = []
  try {
    for (const kind of Object.keys(samples) as OpKind[])
      for (const [name, make] of Object.entries(samples[kind])) {
        const output = make(new Graph('gpu'))
        const inputs = reachable([output]).filter(({ op }) => op.kind === 'input')
        const model = deviceModel(kind, { inputs, outputs: [output] }, 'float32')
        const on = await device.open(kind, model.bytes).then(
          async (session) => {
            await session.close()
            return 'gpu' as const
          },
          (error: unknown) => {
            if (error instanceof Error && /assigned to the default CPU EP/.test(error.message))
              return 'cpu' as const
            throw error
          },
        )
        found.push({ op: name === '' ? kind : `${kind} ${name}`, on })
      }
  } finally {
    await device.dispose()
  }
  return found
}
