import type { GpuHardware } from './hardware.ts'
import type { Vulkan } from './vulkan.ts'

/** All that is known of a Linux machine's way to its GPU. */
export interface GpuFindings {
  readonly hardware: GpuHardware
  readonly vulkan: Vulkan
  /** Whether any runtime computed something there. */
  readonly usable: boolean
}

const NVIDIA_VULKAN =
  "NVIDIA's driver is there, its part for Vulkan is not. In a container: NVIDIA_DRIVER_CAPABILITIES=all (compute alone is not enough). Else: apt install libnvidia-gl-<version of the driver>."

/** What stands between a machine and its GPU, and what to do about it: one sentence or two for each, the first thing first. */
export function gpuAdvice({ hardware, vulkan, usable }: GpuFindings): readonly string[] {
  const { cards, nvidia, nodes } = hardware
  const nvidiaCard = nvidia !== undefined || cards.includes('NVIDIA')
  const anyCard = nvidiaCard || cards.length > 0 || nodes.length > 0
  const advice: string[] = []
  if (nvidiaCard && nvidia === undefined)
    advice.push('An NVIDIA GPU is there, its driver is not: install the driver (on Debian: nvidia-driver).')
  else if (anyCard && nodes.length === 0)
    advice.push(
      'A GPU is there, but no device file of it: in a container, start that with --gpus all (NVIDIA) or --device /dev/dri.',
    )
  if (vulkan.loader === undefined)
    advice.push('The loader of Vulkan is missing: apt install libvulkan1 (Fedora: vulkan-loader).')
  if (vulkan.devices.length === 0) {
    if (nvidia !== undefined) advice.push(NVIDIA_VULKAN)
    else if (!nvidiaCard && vulkan.drivers.length === 0)
      advice.push(
        'No driver for Vulkan is installed: apt install mesa-vulkan-drivers (Fedora: the same name) has those for AMD and Intel, and a software one.',
      )
  } else if (!usable)
    advice.push(
      'Vulkan finds a device that WebGPU refuses: most often its driver is too old. Debian 12 has a newer one in its backports: apt install -t bookworm-backports mesa-vulkan-drivers.',
    )
  else if (nvidia !== undefined && !vulkan.devices.some((name) => /nvidia|geforce|quadro|tesla/i.test(name)))
    advice.push(NVIDIA_VULKAN)
  return advice
}
