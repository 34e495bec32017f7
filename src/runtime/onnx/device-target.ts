import { float32, type HostTensor } from '../../values/host-tensor.ts'
import type { Precision } from '../../values/precision.ts'
import { Problem } from '../../values/problem.ts'
import { ConstantStore } from '../constants.ts'
import { deviceModel, deviceStep, type Port } from './device-model.ts'
import { DeviceSteps } from './device-steps.ts'
import { Device, type DeviceTensor } from './device.ts'
import { checkHalfPrecision } from './half-probe.ts'
import type { Ort, Session } from './session.ts'
import type { FunctionOptions, Target } from './target.ts'

/** Steps whose results are kept on the device before they are read. */
const ROOM = 256

/**
 * ONNX Runtime on a GPU, by its WebGPU provider. What a loop carries from step to step stays there, as do constants from run
 * to run. Throws a `Problem` of kind `usage` where there is no GPU; a small copy is made to see that it works.
 */
export async function deviceTarget(engine: Ort, strict: boolean): Promise<Target> {
  const device = new Device(engine, strict)
  const probe = float32([2], [1, 2])
  const there = await device.upload(probe, 'float32').catch((error: unknown) => {
    throw noDevice(error)
  })
  const back = await device.download(there, 'float32')
  there.dispose()
  if (back.data.join() !== probe.data.join())
    throw new Problem('infrastructure', `the GPU gives back ${back.data.join()} for ${probe.data.join()}`, {
      hint: 'Its driver does not work; use --device cpu.',
    })
  return new DeviceTarget(device)
}

function noDevice(error: unknown): Problem {
  const cause = error instanceof Problem ? error.cause : error
  const message = cause instanceof Error ? cause.message : String(cause)
  // Before its own words ONNX Runtime says where in its source it stands.
  const why = message.replace(/^.* was false\. /s, '').trim()
  return new Problem('usage', `the onnx runtime finds no GPU here: ${why}`, {
    hint: 'Use --device cpu. prune-bench doctor tells which drivers are missing.',
    cause,
  })
}

class DeviceTarget implements Target {
  readonly dialect = 'gpu'
  private readonly device: Device
  private readonly constants = new ConstantStore<Promise<DeviceTensor>>((tensor) => {
    // One that could not be copied has nothing to free, and its failure was told to who asked for it.
    const freed = tensor.then((t) => t.dispose()).catch(() => undefined)
    this.freeing = Promise.all([this.freeing, freed])
  })
  private half: Promise<void> | undefined
  private freeing: Promise<unknown> = Promise.resolve()

  constructor(device: Device) {
    this.device = device
  }

  get traffic() {
    return this.device.traffic
  }

  async openFunction(
    name: string,
    { inputs, outputs }: Parameters<Target['openFunction']>[1],
    { isShared, precision }: FunctionOptions,
  ): Promise<Session> {
    await this.checkPrecision(precision)
    const model = deviceModel(name, { inputs, outputs }, precision)
    const session = await this.device.open(name, model.bytes)
    return {
      run: async (given) => {
        const own = new Set<DeviceTensor>()
        try {
          const feeds: Record<string, DeviceTensor> = {}
          for (const [i, port] of model.inputs.entries()) {
            const tensor = given[i] as HostTensor
            const there = await (isShared(i)
              ? this.resident(tensor, port)
              : this.device.upload(tensor, port.as))
            if (!isShared(i)) own.add(there)
            feeds[port.name] = there
          }
          const made = await session.run(feeds)
          for (const tensor of Object.values(made)) own.add(tensor)
          const results: HostTensor[] = []
          for (const [i, { dtype }] of outputs.entries())
            results.push(await this.device.download(made[model.outputs[i] as string] as DeviceTensor, dtype))
          return results
        } finally {
          for (const tensor of own) tensor.dispose()
        }
      },
      close: () => session.close(),
    }
  }

  async openSteps(
    name: string,
    step: Parameters<Target['openSteps']>[1],
    precision: Precision,
  ): Promise<Session> {
    await this.checkPrecision(precision)
    const model = deviceStep(name, step, ROOM, precision)
    const session = await this.device.open(name, model.bytes)
    const steps = new DeviceSteps({ device: this.device, session, model, room: ROOM, kept: step.out })
    const [constants, state] = [step.constants.length, step.carryIn.length]
    return {
      run: async (given) => {
        const fixed: DeviceTensor[] = []
        for (const [i, port] of model.constants.entries())
          fixed.push(await this.resident(given[i] as HostTensor, port))
        const { carry, out } = await steps.run({
          constants: fixed,
          initial: given.slice(constants, constants + state),
          series: given.slice(constants + state),
        })
        return [...carry, ...out]
      },
      close: async () => {
        steps.forget()
        await session.close()
      },
    }
  }

  async dispose(): Promise<void> {
    this.constants.dispose()
    // A tensor that is freed after the session it is from ends the process.
    await this.freeing
    await this.device.dispose()
  }

  /** Throws a `Problem` if the device does not compute in this precision; looks once. */
  private async checkPrecision(precision: Precision): Promise<void> {
    if (precision !== 'float16') return
    const looked = (this.half ??= checkHalfPrecision(this.device))
    await looked.catch((error: unknown) => {
      // A want of memory tells nothing of the device.
      if (!(error instanceof Problem && error.kind === 'usage') && this.half === looked) this.half = undefined
      throw error
    })
  }

  /** A tensor on the device, copied there the first time that its memory is seen. */
  private resident(constant: HostTensor, { as }: Port): Promise<DeviceTensor> {
    const there = this.constants.of(constant, as, () => this.device.upload(constant, as))
    // Another attempt, with less beside it, may have room for it.
    there.catch(() => {
      this.constants.forget(constant, as, there)
    })
    return there
  }
}
