import { expect, test } from 'vitest'
import { defaultWorkers, freeBytes, groupsOf, workersFor } from './default-workers.ts'

test.each([
  [8, 64e9, 8],
  [8, 12e9, 8],
  [8, 11.9e9, 7],
  [8, 3.1e9, 2],
  [8, 1e9, 1],
  [8, 0, 1],
  [1, 64e9, 1],
])('%d cores and %d free bytes: %d workers', (cores, free, workers) => {
  const found = workersFor(cores, free)
  expect(found.workers).toBe(workers)
  expect(found.note === undefined).toBe(workers === cores)
})

test('that there are fewer is told with both numbers and the option', () => {
  expect(workersFor(8, 3.1e9).note).toBe(
    '2 of 8 cores get a worker, as 3.1 GB of memory are free and a worker takes up to 1.5 GB; --workers N overrides this',
  )
})

test('the narrowest limit counts, and files that the system can drop do not', () => {
  expect(freeBytes(20e9, [])).toBe(20e9)
  expect(freeBytes(20e9, [{ limit: 4e9, used: 3e9, files: 2e9 }])).toBe(3e9)
  expect(freeBytes(2e9, [{ limit: 4e9, used: 0, files: 0 }])).toBe(2e9)
  expect(freeBytes(20e9, [{ limit: 4e9, used: 5e9, files: 0 }])).toBe(0)
})

const reader = (files: Readonly<Record<string, string>>) => (file: string) => files[file]

test('limits of version 2 are found in the group and above it', () => {
  const files = {
    '/sys/fs/cgroup/a/memory.max': '8000000000\n',
    '/sys/fs/cgroup/a/memory.current': '1000000000\n',
    '/sys/fs/cgroup/a/memory.stat': 'anon 5\ninactive_file 400\nactive_file 7\n',
    '/sys/fs/cgroup/a/b/memory.max': 'max\n',
    '/sys/fs/cgroup/a/b/memory.current': '10\n',
  }
  expect(groupsOf('0::/a/b\n', reader(files))).toEqual([{ limit: 8e9, used: 1e9, files: 400 }])
})

test('and of version 1; in a container, at the root', () => {
  const files = {
    '/sys/fs/cgroup/memory/memory.limit_in_bytes': '2000000000',
    '/sys/fs/cgroup/memory/memory.usage_in_bytes': '500',
    '/sys/fs/cgroup/memory/memory.stat': 'inactive_file 1\ntotal_inactive_file 300\n',
  }
  const self = '5:cpu,cpuacct:/docker/x\n4:memory:/docker/x\n'
  expect(groupsOf(self, reader(files))).toEqual([{ limit: 2e9, used: 500, files: 300 }])
  expect(groupsOf('', reader(files))).toEqual([])
})

test('this machine has at least one', () => {
  expect(defaultWorkers().workers).toBeGreaterThanOrEqual(1)
})
