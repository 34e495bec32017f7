/** What the loader of Vulkan finds on a Linux machine: WebGPU reaches GPUs through it. */
export interface Vulkan {
  /** The loader's version; absent where there is no loader. */
  readonly loader?: string
  /** Names of the drivers it has heard of, which may find nothing to drive. */
  readonly drivers: readonly string[]
  /** The devices they found, the most powerful first. */
  readonly devices: readonly string[]
}

/** Reads what the loader says where VK_LOADER_DEBUG is `info,driver`. */
export function vulkanFrom(said: string): Vulkan {
  const loader = /Vulkan Loader Version ([\d.]+)/.exec(said)?.[1]
  const drivers = [...said.matchAll(/Found ICD manifest file \S*?([^/\\]+)\.json/g)].map(([, file = '']) =>
    file.replace(/_icd.*/, ''),
  )
  const lists = said.split(/(?:Original|Sorted) order:/)
  const devices = [...(lists.length > 1 ? (lists.at(-1) ?? '') : '').matchAll(/\[\d+\] (.+?)\s*$/gm)]
  return {
    ...(loader === undefined ? {} : { loader }),
    drivers: [...new Set(drivers)].sort(),
    devices: devices.map(([, name = '']) => name),
  }
}
