import type { HostTensor } from '../../values/host-tensor.ts'
import { Problem } from '../../values/problem.ts'
import { joined, parted, sameMemory, type MemberAxis } from './members.ts'
import type { Session } from './session.ts'

/** Runs a function for any number of members; what goes in and comes out is listed member by member. */
export interface Runs {
  run(members: readonly (readonly HostTensor[])[]): Promise<HostTensor[][]>
  close(): Promise<void>
}

/**
 * How members' tensors for one input become one. `shared`: it is the same memory for all that are run together;
 * `constant`: a member has the same in all of its runs.
 */
export type Input = 'shared' | Own

interface Own {
  readonly axis: MemberAxis
  readonly constant?: boolean
}

/** What is run for many members at once. */
export interface Stackable {
  /** For messages. */
  readonly name: string
  readonly inputs: readonly Input[]
  readonly outputs: readonly MemberAxis[]
  /** Numbers of the inputs that take, in the next run, what these outputs gave. */
  readonly fedBack: ReadonlyMap<number, number>
  /** Compiles it for so many members. */
  readonly open: (members: number) => Promise<Session>
}

/** A stack of one would be written as if it were none, and its last bits differ from those in company. */
const LEAST = 2

/** Companies of members that take turns, and whose constants are kept. */
const COMPANIES = 4

/** Sessions for how many different numbers of members are kept open: a search alternates between 2, 4, … 64 masks. */
const KEPT = 6

/**
 * One function compiled for many members at once, for whatever numbers of them are asked for: powers of two, the places
 * that are left are filled up. So is that beside a member that is alone: its results are those that it has in company.
 */
export class StackedSession implements Runs {
  private readonly of: Stackable
  /** By number of members, the least recently used first. */
  private readonly opened = new Map<number, Opened>()
  /** When a member's first constant was first seen. */
  private readonly ages = new WeakMap<object, number>()
  private seen = 0
  private before: Promise<unknown> = Promise.resolve()
  private closed = false

  constructor(of: Stackable) {
    this.of = of
  }

  /** One call after the other: what is kept between calls is that of the last one. */
  run(members: readonly (readonly HostTensor[])[]): Promise<HostTensor[][]> {
    const result = this.before.then(() => {
      if (this.closed) throw new Problem('usage', `${this.of.name} was used after it was disposed`)
      return this.runNow(members)
    })
    this.before = result.catch(() => undefined)
    return result
  }

  private async runNow(members: readonly (readonly HostTensor[])[]): Promise<HostTensor[][]> {
    const results: HostTensor[][] = []
    for (const group of this.companies(members)) {
      const size = Math.max(LEAST, 2 ** Math.ceil(Math.log2(group.length)))
      const made = await this.sessionFor(size)
        .then((opened) => opened.run(group.map((i) => members[i] as readonly HostTensor[])))
        .catch(async (error: unknown) => {
          // The states that sessions for other sizes keep may be what a device's memory lacked.
          await this.forget()
          throw error
        })
      for (const [place, i] of group.entries()) results[i] = made[place] as HostTensor[]
    }
    return results
  }

  async close(): Promise<void> {
    this.closed = true
    await this.before
    await this.forget()
  }

  private async forget(): Promise<void> {
    const opened = [...this.opened.values()]
    this.opened.clear()
    for (const one of opened) await one.close()
  }

  /** Numbers of the members that have what is shared in common. */
  private companies(members: readonly (readonly HostTensor[])[]): number[][] {
    const { inputs } = this.of
    const shared = [...inputs.keys()].filter((i) => inputs[i] === 'shared')
    const companies: { readonly like: readonly HostTensor[]; readonly group: number[] }[] = []
    for (const [i, member] of members.entries()) {
      const company = companies.find(({ like }) =>
        shared.every((at) => sameMemory(like[at] as HostTensor, member[at] as HostTensor)),
      )
      if (company) company.group.push(i)
      else companies.push({ like: member, group: [i] })
    }
    const ages = members.map((member) => this.ageOf(member))
    return companies.map(({ group }) => group.sort((a, b) => (ages[a] as number) - (ages[b] as number)))
  }

  /** Members stand in one order, whatever order they come in: together again, they are what is kept of them. */
  private ageOf(member: readonly HostTensor[]): number {
    const first = this.of.inputs.findIndex((input) => input !== 'shared' && input.constant)
    const data = member[first]?.data
    if (data === undefined) return 0
    const age = this.ages.get(data) ?? this.seen++
    this.ages.set(data, age)
    return age
  }

  private async sessionFor(size: number): Promise<Opened> {
    const opened = this.opened.get(size) ?? new Opened(await this.of.open(size), size, this.of)
    this.opened.delete(size)
    this.opened.set(size, opened)
    for (const [other, old] of [...this.opened].slice(0, -KEPT)) {
      this.opened.delete(other)
      await old.close()
    }
    return opened
  }
}

/** A tensor of all members, and of what it was made. */
interface Joint {
  readonly parts: readonly HostTensor[]
  readonly whole: HostTensor
}

/** The session for one number of members. */
class Opened {
  private readonly session: Session
  private readonly size: number
  private readonly of: Stackable
  /** By input, the newest first: what was joined, or what came out for it. Engines recognise it and need not copy it again. */
  private readonly joints = new Map<number, readonly Joint[]>()

  constructor(session: Session, size: number, of: Stackable) {
    this.session = session
    this.size = size
    this.of = of
  }

  async run(members: readonly (readonly HostTensor[])[]): Promise<HostTensor[][]> {
    const { inputs, outputs, fedBack } = this.of
    const first = members[0] as readonly HostTensor[]
    const given = inputs.map((input, i) =>
      input === 'shared'
        ? (first[i] as HostTensor)
        : this.whole(
            i,
            members.map((m) => m[i] as HostTensor),
            input,
          ),
    )
    const made = await this.session.run(given)
    const parts = made.map((whole, i) => parted(whole, members.length, outputs[i] as MemberAxis))
    for (const [input, output] of fedBack)
      this.keep(input, { parts: parts[output] as HostTensor[], whole: made[output] as HostTensor }, 1)
    return members.map((_, member) => parts.map((of) => of[member] as HostTensor))
  }

  close(): Promise<void> {
    return this.session.close()
  }

  private whole(input: number, parts: readonly HostTensor[], { axis, constant = false }: Own): HostTensor {
    const isThis = (joint: Joint): boolean =>
      joint.parts.length === parts.length &&
      joint.parts.every((part, i) => sameMemory(part, parts[i] as HostTensor))
    const joint = this.joints.get(input)?.find(isThis) ?? { parts, whole: joined(parts, this.size, axis) }
    // Nothing else is promised to stay what it is.
    if (constant) this.keep(input, joint, COMPANIES)
    return joint.whole
  }

  private keep(input: number, joint: Joint, most: number): void {
    const others = (this.joints.get(input) ?? []).filter((other) => other !== joint)
    this.joints.set(input, [joint, ...others].slice(0, most))
  }
}
