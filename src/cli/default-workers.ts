import { readFileSync } from 'node:fs'
import { availableParallelism, freemem } from 'node:os'
import { join } from 'node:path'

/** What a worker takes at most: up to 1.35 GB were measured for convolutional networks. */
const WORKER_BYTES = 1.5e9

/** A limit of a Linux control group, in bytes: what its processes take, and how much of that is files the system can drop. */
export interface GroupMemory {
  readonly limit: number
  readonly used: number
  readonly files: number
}

export interface DefaultWorkers {
  readonly workers: number
  /** What to tell where these are fewer than cores. */
  readonly note?: string
}

/** One worker for each core, or as many as the free bytes are enough for; at least one. */
export function workersFor(cores: number, free: number): DefaultWorkers {
  const workers = Math.max(1, Math.min(cores, Math.floor(free / WORKER_BYTES)))
  if (workers === cores) return { workers }
  const [has, takes] = [free, WORKER_BYTES].map((bytes) => (bytes / 1e9).toFixed(1))
  const note = `${workers} of ${cores} cores get a worker, as ${has} GB of memory are free and a worker takes up to ${takes} GB; --workers N overrides this`
  return { workers, note }
}

/** Bytes that can be taken: what the machine has free, or what the narrowest of the process' groups leaves of it. */
export function freeBytes(machine: number, groups: readonly GroupMemory[]): number {
  return Math.max(0, Math.min(machine, ...groups.map(({ limit, used, files }) => limit - used + files)))
}

/** The memory groups of a process and all above them that have a limit, of either version of cgroups; none where there are no such files. */
export function groupsOf(
  selfCgroup: string,
  read: (file: string) => string | undefined,
): readonly GroupMemory[] {
  return selfCgroup.split('\n').flatMap((line) => {
    const [, controllers, path] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? []
    if (controllers === undefined || path === undefined) return []
    if (controllers !== '' && !controllers.split(',').includes('memory')) return []
    const { root, ...files } = controllers === '' ? version2 : version1
    const parts = path.split('/').filter(Boolean)
    // In a container the path is often that of the host; its own group is then mounted at the root.
    return Array.from({ length: parts.length + 1 }, (_, n) => join(root, ...parts.slice(0, n))).flatMap(
      (folder) => groupIn(folder, files, read),
    )
  })
}

const version2 = {
  root: '/sys/fs/cgroup',
  limit: 'memory.max',
  used: 'memory.current',
  cache: 'inactive_file',
}
const version1 = {
  root: '/sys/fs/cgroup/memory',
  limit: 'memory.limit_in_bytes',
  used: 'memory.usage_in_bytes',
  cache: 'total_inactive_file',
}

function groupIn(
  folder: string,
  names: Omit<typeof version2, 'root'>,
  read: (file: string) => string | undefined,
): readonly GroupMemory[] {
  const [limit, used] = [names.limit, names.used].map((name) =>
    Number(read(join(folder, name)) ?? Number.NaN),
  )
  const files = new RegExp(`^${names.cache} (\\d+)$`, 'm').exec(read(join(folder, 'memory.stat')) ?? '')?.[1]
  // Without a limit, version 2 says `max`, and version 1 a number larger than any memory.
  if (limit === undefined || used === undefined || Number.isNaN(limit) || Number.isNaN(used)) return []
  return [{ limit, used, files: Number(files ?? 0) }]
}

/** How many workers this machine has cores and memory for, just now. */
export function defaultWorkers(): DefaultWorkers {
  const groups = groupsOf(contentOf('/proc/self/cgroup') ?? '', contentOf)
  return workersFor(availableParallelism(), freeBytes(freemem(), groups))
}

function contentOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    // another system, or a group that is not shown in this container
    return undefined
  }
}
