import { PriorityQueue } from './priority-queue.ts'

/** What orders ready tasks, and the queues they stand in. */
export interface ReadyTask {
  readonly task: { readonly alone?: boolean; readonly lane?: string; readonly like?: string }
  readonly order: number
  readonly rank: number
}

type Rank = Pick<ReadyTask, 'rank' | 'order'>

interface Entry<T> extends Rank {
  readonly item: T
  /** Not the item's last number: it was taken out meanwhile. */
  readonly number: number
}

type Queue<T> = PriorityQueue<Entry<T>>

/**
 * Ready tasks by lane and likeness: taking one asks once for each lane, however many are ready. One that is taken out is
 * left in its other queues and passed over when it comes up.
 */
export class ReadyTasks<T extends ReadyTask> {
  /** The number of each item's last entry; absent for an item that is not ready. */
  private readonly numbers = new Map<T, number>()
  private readonly alone: Queue<T> = queue()
  private readonly lanes = new Map<string | undefined, { all: Queue<T>; alike: Map<string, Queue<T>> }>()
  private added = 0

  add(item: T): void {
    const entry = { item, number: this.added++, rank: item.rank, order: item.order }
    this.numbers.set(item, entry.number)
    const { alone, lane, like } = item.task
    if (alone === true) {
      this.alone.push(entry)
      return
    }
    const queues = this.lanes.get(lane) ?? { all: queue<T>(), alike: new Map<string, Queue<T>>() }
    this.lanes.set(lane, queues)
    queues.all.push(entry)
    if (like === undefined) return
    const alike = queues.alike.get(like) ?? queue<T>()
    queues.alike.set(like, alike)
    alike.push(entry)
  }

  remove(item: T): void {
    this.numbers.delete(item)
  }

  /** Takes the best of the lanes that may: one of this likeness where there is one. Never one that must run alone. */
  take(like: string | undefined, may: (lane: string | undefined) => boolean): T | undefined {
    const open = [...this.lanes].filter(([lane]) => may(lane)).map(([, queues]) => queues)
    const alike =
      like === undefined ? [] : open.flatMap((queues) => this.bestOf(queues.alike.get(like)) ?? [])
    return this.taken(alike.length > 0 ? alike : open.flatMap((queues) => this.bestOf(queues.all) ?? []))
  }

  takeAlone(): T | undefined {
    const best = this.bestOf(this.alone)
    return best && this.taken([best])
  }

  private bestOf(tasks: Queue<T> | undefined): T | undefined {
    for (;;) {
      const best = tasks?.best
      if (best === undefined || this.numbers.get(best.item) === best.number) return best?.item
      tasks?.pop()
    }
  }

  private taken(candidates: readonly T[]): T | undefined {
    const [first, ...others] = candidates
    if (first === undefined) return undefined
    const best = others.reduce((a, b) => (isBefore(b, a) ? b : a), first)
    this.remove(best)
    return best
  }
}

function queue<T>(): Queue<T> {
  return new PriorityQueue<Entry<T>>(isBefore)
}

/** Whether `a` should run before `b`: of equally long paths the task given earlier. */
function isBefore(a: Rank, b: Rank): boolean {
  return a.rank > b.rank || (a.rank === b.rank && a.order < b.order)
}
