import { int32, sizeOf, type HostTensor } from '../../values/host-tensor.ts'
import type { Node } from '../graph/node.ts'
import { stepsOf } from '../series.ts'
import { Stack } from '../stack.ts'
import type { DeviceStep, Port } from './device-model.ts'
import type { Device, DeviceSession, DeviceTensor } from './device.ts'

/** A step that is opened on a device. */
export interface OpenStep {
  readonly device: Device
  readonly session: DeviceSession
  readonly model: DeviceStep
  /** Steps of which the device keeps results before they are read. */
  readonly room: number
  /** What is kept of each step. */
  readonly kept: readonly Node[]
}

type Tensors = Readonly<Record<string, DeviceTensor>>

/** Tensors that one run has on the device; what is still here at its end is freed, whatever happens. */
class Held {
  private readonly tensors = new Set<DeviceTensor>()

  add<T extends DeviceTensor>(tensor: T): T {
    this.tensors.add(tensor)
    return tensor
  }

  free(...tensors: readonly DeviceTensor[]): void {
    for (const tensor of tensors) if (this.tensors.delete(tensor)) tensor.dispose()
  }

  /** Leaves a tensor to somebody else. */
  give(tensor: DeviceTensor): void {
    this.tensors.delete(tensor)
  }

  freeAll(): void {
    this.free(...this.tensors)
  }
}

/**
 * Takes steps without copying anything in between: state and series go to the device once, the state is read at the end,
 * what is kept of steps whenever its room is full.
 */
export class DeviceSteps {
  private readonly of: OpenStep
  /** The state that the last run gave, in main memory and still on the device: the next run mostly begins with it. */
  private last: readonly { readonly host: HostTensor; readonly there: DeviceTensor }[] = []

  constructor(of: OpenStep) {
    this.of = of
  }

  /** Frees what is kept for the next run. */
  forget(): void {
    for (const { there } of this.last) there.dispose()
    this.last = []
  }

  async run(given: {
    readonly constants: readonly DeviceTensor[]
    readonly initial: readonly HostTensor[]
    /** [steps, …] each. */
    readonly series: readonly HostTensor[]
  }): Promise<{ readonly carry: HostTensor[]; readonly out: HostTensor[] }> {
    const { model, room, kept, device } = this.of
    const steps = given.series[0]?.shape[0] ?? 0
    const constants = named(model.constants, given.constants)
    const out = kept.map((node) => new Stack(node.dtype, node.shape, steps))
    const held = new Held()
    try {
      let state = await this.begin(given.initial, held)
      for (let first = 0; first < steps; first += room) {
        const parts = given.series.map((series) => stepsOf(series, first, Math.min(room, steps - first)))
        state = await this.take({ ...constants }, state, parts, held, (at, step, elements) => {
          out[at]?.set(first + step, elements)
        })
      }
      const carry: HostTensor[] = []
      for (const [i, { name }] of model.carry.entries())
        carry.push(await device.download(state[name] as DeviceTensor, (given.initial[i] as HostTensor).dtype))
      const last = model.carry.map(({ name }, i) => ({
        host: carry[i] as HostTensor,
        there: state[name] as DeviceTensor,
      }))
      for (const { there } of last) held.give(there)
      this.forget()
      this.last = last
      return { carry, out: out.map((stack) => stack.value) }
    } finally {
      held.freeAll()
    }
  }

  /** The state to begin with on the device: what the last run left there, where it is that, or a copy. */
  private async begin(initial: readonly HostTensor[], held: Held): Promise<Tensors> {
    const { device, model } = this.of
    const last = this.last
    this.last = []
    for (const { there } of last) held.add(there)
    const state: DeviceTensor[] = []
    for (const [i, tensor] of initial.entries()) {
      const known = last[i]
      if (known?.host.data === tensor.data) state.push(known.there)
      else state.push(held.add(await device.upload(tensor, (model.carry[i] as Port).as)))
    }
    held.free(...last.flatMap(({ there }) => (state.includes(there) ? [] : [there])))
    return named(model.carry, state)
  }

  /** Takes as many steps as the device has room for; tells what is kept of them. Returns the state after them. */
  private async take(
    constants: Tensors,
    before: Tensors,
    series: readonly HostTensor[],
    held: Held,
    keep: (at: number, step: number, elements: ArrayLike<number>) => void,
  ): Promise<Tensors> {
    const { device, session, model, room, kept } = this.of
    const steps = series[0]?.shape[0] ?? 0
    const each: DeviceTensor[] = []
    for (const [i, part] of series.entries())
      each.push(held.add(await device.upload(part, (model.each[i] as Port).as)))
    const fixed = { ...constants, ...named(model.each, each) }
    let state = before
    let count = held.add(await device.upload(int32([], [0]), 'int32'))
    let rows = model.kept && held.add(await device.upload(zeros([room, model.kept.columns]), 'float32'))
    for (let step = 0; step < steps; step++) {
      const made = await session.run({
        ...fixed,
        ...state,
        [model.count.before]: count,
        ...(model.kept && rows ? { [model.kept.before]: rows } : {}),
      })
      for (const tensor of Object.values(made)) held.add(tensor)
      held.free(...Object.values(state), count, ...(rows ? [rows] : []))
      state = named(
        model.carry,
        model.carried.map((name) => made[name] as DeviceTensor),
      )
      count = made[model.count.after] as DeviceTensor
      rows = model.kept && made[model.kept.after]
      for (const [at, how] of model.out.entries()) {
        if (how.in === 'row') continue
        const tensor = made[how.name] as DeviceTensor
        keep(at, step, (await device.download(tensor, (kept[at] as Node).dtype)).data)
        held.free(tensor)
      }
    }
    if (model.kept && rows) {
      const { data } = await device.download(rows, 'float32')
      for (let step = 0; step < steps; step++)
        for (const [at, how] of model.out.entries()) {
          if (how.in !== 'row') continue
          const from = step * model.kept.columns + how.from
          keep(at, step, data.subarray(from, from + how.size))
        }
    }
    held.free(...each, count, ...(rows ? [rows] : []))
    return state
  }
}

function named(ports: readonly Port[], tensors: readonly DeviceTensor[]): Tensors {
  return Object.fromEntries(ports.map(({ name }, i) => [name, tensors[i] as DeviceTensor]))
}

function zeros(shape: readonly number[]): HostTensor {
  return { dtype: 'float32', shape, data: new Float32Array(sizeOf(shape)) }
}
