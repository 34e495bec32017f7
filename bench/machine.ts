import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os'
import { join } from 'node:path'

/** The machine as far as it explains figures; nothing that says whose it is. */
export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memoryGiB: number
  readonly platform: string
  /** The GPU's name and driver, where one is measured; null where nothing tells them. */
  readonly gpu?: string | null
  /** Processes that wanted to run, averaged over one minute, when the run began and when it ended. */
  readonly load: { readonly before: number; readonly after: number }
}

export function describeMachine(loadBefore: number, withGpu: boolean): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    platform: `${process.platform} ${process.arch}`,
    ...(withGpu ? { gpu: gpuName() } : {}),
    load: { before: loadBefore, after: currentLoad() },
  }
}

/** As NVIDIA's tool tells it, else Vulkan's. */
function gpuName(): string | null {
  const nvidia = outputOf('nvidia-smi', '--query-gpu=name,driver_version', '--format=csv,noheader')
  if (nvidia !== null) return (nvidia.split('\n')[0] ?? '').replace(', ', ', driver ')
  const vulkan = outputOf('vulkaninfo', '--summary') ?? ''
  const field = (name: string) => new RegExp(`${name} *= (.*)`).exec(vulkan)?.[1]
  const device = field('deviceName')
  return device === undefined ? null : `${device}, driver ${field('driverInfo') ?? 'unknown'}`
}

/** What a program prints; null where it is not there or fails. */
function outputOf(program: string, ...args: string[]): string | null {
  try {
    return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  } catch {
    return null
  }
}

export function currentLoad(): number {
  return Number((loadavg()[0] ?? 0).toFixed(2))
}

/** The commit that was packaged, else the one that is checked out, with `+` where files differ from it; null where that cannot be told. */
export function commitOf(root: string): string | null {
  const about = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { gitHead?: string | null }
  if (about.gitHead) return about.gitHead.slice(0, 7) + (about.gitHead.endsWith('+') ? '+' : '')
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  try {
    const changed = git('status', '--porcelain', '--untracked-files=no') !== ''
    return git('rev-parse', '--short', 'HEAD') + (changed ? '+' : '')
  } catch {
    return null
  }
}
