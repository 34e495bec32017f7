import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { makeProject, tinySuite, type Ended } from '../cli.fixture.ts'

/** Packages that the built program finds beside its own. */
async function doctorWith(
  packages: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const project = makeProject()
  onTestFinished(() => project.remove())
  for (const [file, text] of Object.entries(packages)) {
    const at = join(project.folder, 'packages', file)
    mkdirSync(dirname(at), { recursive: true })
    writeFileSync(at, text)
  }
  const NODE_PATH = join(project.folder, 'packages')
  const inside = makeProject({ NODE_PATH, COLUMNS: '400', ...env }, project.folder)
  return inside.run('doctor', '--ops')
}

test('without Vulkan drivers the doctor says so, and that the processor is there', async () => {
  const { code, stdout } = await doctorWith(
    {},
    { VK_DRIVER_FILES: '/nonexistent', VK_ICD_FILENAMES: '/nonexistent' },
  )
  expect(code).toBe(0)
  expect(stdout).toMatch(/GPUs\n {2}none/)
  expect(stdout).toMatch(/onnx +1\.30\.0\S* on the cpu/)
  expect(stdout).toMatch(/onnx +not here: .*GPU/)
  expect(stdout).toMatch(/operations on the GPU\n {2}not known +as the onnx runtime finds no GPU/)
  expect(stdout).toMatch(/tensorflow +not here: the tensorflow runtime is not installed\n +npm install/)
})

test('a tfjs-node-gpu that does not load, or finds no GPU, is told with what it needs', async () => {
  const broken = `throw new Error('libcudart.so.11.0: cannot open shared object file')`
  const { code, stdout } = await doctorWith({ '@tensorflow/tfjs-node-gpu/index.js': broken })
  expect(code).toBe(0)
  expect(stdout).toMatch(/tensorflow +not here: .*libcudart\.so\.11\.0/)
  expect(stdout).toMatch(/CUDA 11\.2/)
})

test('a package that ends the process ends no more than its own', async () => {
  const { code, stdout } = await doctorWith({
    '@tensorflow/tfjs-node-gpu/index.js': `process.stderr.write('SIGABRT coming\\n'); process.abort()`,
  })
  expect(code).toBe(0)
  expect(stdout).toMatch(/tensorflow +not here: its process died: it was ended by SIGABRT, having said/)
  expect(stdout).toMatch(/wasm +\d/)
})

test('--device gpu without a GPU is an error that says what to do; a device that a runtime never has is another', async () => {
  const nowhere = { VK_DRIVER_FILES: '/nonexistent', VK_ICD_FILENAMES: '/nonexistent' }
  const project = makeProject(nowhere)
  onTestFinished(() => project.remove())
  project.write('suites/tiny.suite.ts', tinySuite())
  const gpu = await project.run('tiny', '--device', 'gpu')
  expect(gpu.code).toBe(2)
  expect(gpu.stderr).toMatch(/^error: the onnx runtime finds no GPU here: /)
  expect(gpu.stderr).toMatch(/→ /)
  const wasm = await project.run('tiny', '--runtime', 'wasm', '--device', 'gpu')
  expect([wasm.code, wasm.stderr]).toEqual([2, expect.stringContaining('does not run on the gpu here')])
})
