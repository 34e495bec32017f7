import { expect, test } from 'vitest'
import { vulkanFrom } from './vulkan.ts'

const DEBIAN_12 = `
INFO:             Vulkan Loader Version 1.3.239
DRIVER:           Searching for driver manifest files
DRIVER:           Found ICD manifest file /usr/share/vulkan/icd.d/radeon_icd.json, version "1.0.0"
DRIVER:           Found ICD manifest file /usr/share/vulkan/icd.d/lvp_icd.json, version "1.0.0"
DRIVER:           Found ICD manifest file /usr/share/vulkan/icd.d/lvp_icd.json, version "1.0.0"
INFO | DRIVER:    linux_read_sorted_physical_devices:
INFO | DRIVER:         Original order:
INFO | DRIVER:               [0] llvmpipe (LLVM 15.0.6, 256 bits)
INFO | DRIVER:               [1] NVIDIA H200
INFO | DRIVER:         Sorted order:
INFO | DRIVER:               [0] NVIDIA H200  
INFO | DRIVER:               [1] llvmpipe (LLVM 15.0.6, 256 bits)  
Warning: maxDynamicUniformBuffersPerPipelineLayout artificially reduced
`

test('the loader says its version, its drivers and its devices, the best first', () => {
  expect(vulkanFrom(DEBIAN_12)).toEqual({
    loader: '1.3.239',
    drivers: ['lvp', 'radeon'],
    devices: ['NVIDIA H200', 'llvmpipe (LLVM 15.0.6, 256 bits)'],
  })
  const newer = DEBIAN_12.replace(/^(INFO|DRIVER)/gm, '[Vulkan Loader] $1')
  expect(vulkanFrom(newer)).toEqual(vulkanFrom(DEBIAN_12))
})

test('without drivers there are no devices, without a loader there is nothing', () => {
  expect(
    vulkanFrom('INFO: Vulkan Loader Version 1.4.304\nWarning: vkCreateInstance: Found no drivers!'),
  ).toEqual({
    loader: '1.4.304',
    drivers: [],
    devices: [],
  })
  expect(vulkanFrom('')).toEqual({ drivers: [], devices: [] })
})
