import { expect, test } from 'vitest'
import { gpuAdvice, type GpuFindings } from './advice.ts'

const nothing = { cards: [], nvidia: undefined, nodes: [] }
const nvidia = { cards: ['NVIDIA'], nvidia: { version: '570', gpus: ['NVIDIA H200'] }, nodes: ['nvidia0'] }
const radeon = { cards: ['AMD'], nvidia: undefined, nodes: ['renderD128'] }
const loader = '1.3.239'
const software = ['llvmpipe (LLVM 15.0.6, 256 bits)']

const machines: readonly (readonly [string, GpuFindings, readonly RegExp[]])[] = [
  [
    'nothing at all',
    { hardware: nothing, vulkan: { drivers: [], devices: [] }, usable: false },
    [/libvulkan1/, /mesa-vulkan-drivers/],
  ],
  [
    'software alone, on a machine without a GPU',
    { hardware: nothing, vulkan: { loader, drivers: ['lvp'], devices: software }, usable: true },
    [],
  ],
  [
    'a GPU that works',
    { hardware: nvidia, vulkan: { loader, drivers: ['nvidia'], devices: ['NVIDIA H200'] }, usable: true },
    [],
  ],
  [
    'a container with CUDA alone',
    { hardware: nvidia, vulkan: { drivers: [], devices: [] }, usable: false },
    [/libvulkan1/, /NVIDIA_DRIVER_CAPABILITIES=all/],
  ],
  [
    'an NVIDIA GPU of which Vulkan sees only software',
    { hardware: nvidia, vulkan: { loader, drivers: ['lvp'], devices: software }, usable: true },
    [/NVIDIA_DRIVER_CAPABILITIES=all/],
  ],
  [
    'an NVIDIA card without its driver',
    {
      hardware: { ...nothing, cards: ['NVIDIA'] },
      vulkan: { loader, drivers: ['lvp'], devices: software },
      usable: true,
    },
    [/install the driver/],
  ],
  [
    'a container without the device files',
    {
      hardware: { ...nothing, cards: ['AMD'] },
      vulkan: { loader, drivers: ['radeon'], devices: [] },
      usable: false,
    },
    [/--device \/dev\/dri/],
  ],
  [
    'a driver that is too old',
    {
      hardware: radeon,
      vulkan: { loader, drivers: ['radeon'], devices: ['AMD Radeon RX 7900'] },
      usable: false,
    },
    [/too old.*backports/],
  ],
  [
    'an AMD card without a driver for Vulkan',
    { hardware: radeon, vulkan: { loader, drivers: [], devices: [] }, usable: false },
    [/mesa-vulkan-drivers/],
  ],
]

test.each(machines)('%s', (_, findings, wanted) => {
  const advice = gpuAdvice(findings)
  expect(advice).toHaveLength(wanted.length)
  for (const [i, pattern] of wanted.entries()) expect(advice[i]).toMatch(pattern)
})
