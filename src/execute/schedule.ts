import type { Digest } from '../values/digest.ts'
import { ReadyTasks } from './ready-tasks.ts'

/** A unit as the schedule sees it. Inputs that are not tasks themselves are there already. */
export interface Task {
  readonly key: Digest
  readonly inputs: readonly Digest[]
  readonly weight: number
  /** Whether it must run with nothing beside it. */
  readonly alone?: boolean
  /** Where it is computed: all of one lane may start, or none. */
  readonly lane?: string
  /** Those of one likeness are the faster the more of them run at the same time. */
  readonly like?: string
}

/** A task that can never run, and the failed task that is the reason. */
export interface Blocked {
  readonly key: Digest
  readonly by: Digest
}

/** Which task to run next. Knows nothing of processes, files or time. */
export interface Schedule {
  /**
   * The ready task with the longest remaining path, now running; undefined where none may start. Those that are like most
   * of the running ones go first, and only those of lanes that `may`. One that must run alone waits until nothing runs and
   * nothing else is ready, and while it runs nothing may start. What a call costs hardly depends on how many are ready.
   */
  take(may?: (lane: string | undefined) => boolean): Digest | undefined
  /** A running task is done: tasks that waited only for it are ready. */
  done(key: Digest): void
  /** A running task failed: all that need it, directly or not, are blocked. */
  fail(key: Digest): readonly Blocked[]
  /** A running task is to run again. */
  again(key: Digest): void
  /**
   * A running task has to wait again, for `missing` (inputs first) to be computed: inputs that were taken for present
   * and are not. Returns what is blocked because one of these had failed before.
   */
  reopen(key: Digest, missing: readonly Task[]): readonly Blocked[]
  /** Tasks that are neither done, failed nor blocked. */
  unfinished(): readonly Digest[]
}

interface Node {
  readonly task: Task
  readonly order: number
  /** Weight of the heaviest chain of tasks that begins with this one. */
  rank: number
  state: 'waiting' | 'ready' | 'running' | 'done' | 'failed' | 'blocked'
  /** Of a failed or blocked task: the task whose failure is the reason. */
  failed: Digest | undefined
  /** Inputs that are still to be computed. */
  readonly waits: Set<Digest>
}

/** A schedule of tasks that are given inputs first. Of equally long paths the task given earlier goes first. */
export function createSchedule(tasks: readonly Task[]): Schedule {
  const nodes = new Map<Digest, Node>()
  const readers = new Map<Digest, Node[]>()
  const ready = new ReadyTasks<Node>()
  const running = new Set<Node>()
  add(tasks)

  function add(added: readonly Task[]): void {
    const fresh = added.filter(({ key }) => (nodes.get(key)?.state ?? 'done') === 'done').map(enter)
    for (const node of fresh) for (const reader of readersOf(node)) hold(reader)
    for (const node of fresh.toReversed()) {
      const after = readersOf(node).map(({ rank, state }) => (state === 'done' ? 0 : rank))
      node.rank = node.task.weight + after.reduce((a, b) => Math.max(a, b), 0)
    }
    for (const node of fresh) settle(node)
  }

  function enter(task: Task): Node {
    const known = nodes.get(task.key)
    if (known !== undefined) {
      known.state = 'waiting'
      return known
    }
    const node: Node = {
      task,
      order: nodes.size,
      rank: task.weight,
      state: 'waiting',
      failed: undefined,
      waits: new Set(),
    }
    nodes.set(task.key, node)
    for (const input of task.inputs) {
      const others = readers.get(input)
      if (others === undefined) readers.set(input, [node])
      else others.push(node)
    }
    return node
  }

  /** What has not begun must wait for the inputs that are not there. */
  function hold(node: Node): void {
    if (node.state !== 'waiting' && node.state !== 'ready') return
    for (const input of node.task.inputs) {
      const source = nodes.get(input)
      if (source !== undefined && source.state !== 'done') node.waits.add(input)
    }
    if (node.state === 'ready' && node.waits.size > 0) {
      ready.remove(node)
      node.state = 'waiting'
    }
  }

  /** Takes a waiting task up among the ready ones if it waits for nothing. */
  function settle(node: Node): void {
    if (node.state !== 'waiting' || node.waits.size > 0) return
    node.state = 'ready'
    ready.add(node)
  }

  function block(source: Node): readonly Blocked[] {
    const by = source.failed
    if (by === undefined) return []
    const blocked: Blocked[] = []
    const visit = (node: Node): void => {
      for (const reader of readersOf(node)) {
        if (reader.state !== 'waiting' || !reader.waits.has(node.task.key)) continue
        reader.state = 'blocked'
        reader.failed = by
        blocked.push({ key: reader.task.key, by })
        visit(reader)
      }
    }
    visit(source)
    return blocked
  }

  /** The likeness of most running tasks. */
  function mostRunning(): string | undefined {
    const counts = new Map<string | undefined, number>()
    for (const { task } of running) counts.set(task.like, (counts.get(task.like) ?? 0) + 1)
    return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0]
  }

  function readersOf(node: Node): readonly Node[] {
    return readers.get(node.task.key) ?? []
  }

  /** The task, which runs no longer. */
  function ended(key: Digest): Node {
    const node = nodes.get(key)
    if (node === undefined) throw new Error(`The schedule has no task ${key}`)
    running.delete(node)
    return node
  }

  return {
    take(may = () => true) {
      if ([...running].some(isAlone)) return undefined
      const node = ready.take(mostRunning(), may) ?? (running.size === 0 ? ready.takeAlone() : undefined)
      if (node === undefined) return undefined
      node.state = 'running'
      running.add(node)
      return node.task.key
    },
    done(key) {
      const node = ended(key)
      node.state = 'done'
      for (const reader of readersOf(node)) {
        reader.waits.delete(key)
        settle(reader)
      }
    },
    fail(key) {
      const node = ended(key)
      node.state = 'failed'
      node.failed = key
      return block(node)
    },
    again(key) {
      const node = ended(key)
      node.state = 'waiting'
      settle(node)
    },
    reopen(key, missing) {
      add(missing)
      const node = ended(key)
      node.state = 'waiting'
      hold(node)
      settle(node)
      const inputs = [...missing, node.task].flatMap((task) => task.inputs)
      return inputs.flatMap((input) => {
        const source = nodes.get(input)
        return source === undefined ? [] : block(source)
      })
    },
    unfinished() {
      return [...nodes.values()]
        .filter(({ state }) => state === 'waiting' || state === 'ready' || state === 'running')
        .map(({ task }) => task.key)
    },
  }
}

function isAlone({ task }: Node): boolean {
  return task.alone === true
}
