import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { gpuHardware } from './hardware.ts'

function machine(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'machine-'))
  onTestFinished(() => rmSync(root, { recursive: true }))
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, file)), { recursive: true })
    writeFileSync(join(root, file), text)
  }
  return root
}

const card = (slot: string, vendor: string, kind: string) => ({
  [`sys/bus/pci/devices/${slot}/vendor`]: `${vendor}\n`,
  [`sys/bus/pci/devices/${slot}/class`]: `${kind}\n`,
})

test('a server with an NVIDIA GPU: its card, its driver and its device file; not the console nor the network', () => {
  const root = machine({
    ...card('0000:01:00.0', '0x1a03', '0x030000'),
    ...card('0000:17:00.0', '0x10de', '0x030200'),
    ...card('0000:22:00.0', '0x8086', '0x020000'),
    'proc/driver/nvidia/version':
      'NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  570.86.15  Release Build\nGCC version: 12\n',
    'proc/driver/nvidia/gpus/0000:17:00.0/information': 'Model: \t\t NVIDIA H200\nIRQ: 1\n',
    'dev/nvidia0': '',
    'dev/nvidiactl': '',
    'dev/dri/card0': '',
    'dev/dri/renderD128': '',
  })
  expect(gpuHardware(root)).toEqual({
    cards: ['NVIDIA'],
    nvidia: { version: '570.86.15', gpus: ['NVIDIA H200'] },
    nodes: ['nvidia0', 'renderD128'],
  })
})

test("the older driver's wording, and a machine with nothing", () => {
  const old = machine({
    'proc/driver/nvidia/version': 'NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.183.01  Sun May 12\n',
  })
  expect(gpuHardware(old).nvidia).toEqual({ version: '535.183.01', gpus: [] })
  expect(gpuHardware(machine({ 'etc/hostname': 'none' }))).toEqual({
    cards: [],
    nvidia: undefined,
    nodes: [],
  })
})
