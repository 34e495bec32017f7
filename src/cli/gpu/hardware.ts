import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What a Linux machine tells of its graphics processors without asking any driver. */
export interface GpuHardware {
  /** Who made the graphics processors on the bus, one name for each. */
  readonly cards: readonly string[]
  /** NVIDIA's driver in the kernel and the GPUs it has taken. */
  readonly nvidia: { readonly version: string; readonly gpus: readonly string[] } | undefined
  /** Device files through which programs reach a GPU. */
  readonly nodes: readonly string[]
}

const VENDORS: Readonly<Record<string, string>> = { '0x10de': 'NVIDIA', '0x1002': 'AMD', '0x8086': 'Intel' }
/** Class of display controllers on the PCI bus. */
const DISPLAY = '0x03'

/** Looks at a machine's files; `root` is where they lie. */
export function gpuHardware(root = '/'): GpuHardware {
  const text = (...path: string[]) => attempt(() => readFileSync(join(root, ...path), 'utf8').trim()) ?? ''
  const names = (...path: string[]) => attempt(() => readdirSync(join(root, ...path)).sort()) ?? []
  const bus = 'sys/bus/pci/devices'
  const cards = names(bus)
    .filter((device) => text(bus, device, 'class').startsWith(DISPLAY))
    .map((device) => VENDORS[text(bus, device, 'vendor')])
    .filter((vendor) => vendor !== undefined)
  const version = /Kernel Module\S* +(?:for \S+ +)?([\d.]+)/.exec(text('proc/driver/nvidia/version'))?.[1]
  const gpus = names('proc/driver/nvidia/gpus').map(
    (gpu) => /Model:\s*(.+)/.exec(text('proc/driver/nvidia/gpus', gpu, 'information'))?.[1] ?? gpu,
  )
  const nodes = [
    ...names('dev').filter((name) => /^(nvidia\d+|dxg|kfd)$/.test(name)),
    ...names('dev/dri').filter((name) => name.startsWith('renderD')),
  ]
  return { cards, nvidia: version === undefined ? undefined : { version, gpus }, nodes }
}

/** Files that are not there, or not for everyone, say nothing. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
