import { expect, onTestFinished } from 'vitest'
import { gpuTest } from '../../runtime/gpu.fixture.ts'
import { makeProject, tinySuite } from '../cli.fixture.ts'

gpuTest(
  'a suite runs on the GPU that is asked for, in units of its own, and is told of afterwards',
  async () => {
    const project = makeProject({ LP_NUM_THREADS: '1' })
    onTestFinished(() => project.remove())
    project.write('suites/tiny.suite.ts', tinySuite())
    const cell = ['-t', 'random 50% seed=1']
    const gpu = await project.run('tiny', '--device', 'gpu', '-w', '1', ...cell)
    expect(gpu.code).toBe(0)
    expect(gpu.stdout).toMatch(/engine +onnx \S+\+webgpu on GPU/)
    expect(gpu.stderr).not.toMatch(/artificially reduced/)
    const cpu = await project.run('tiny', '--device', 'cpu', ...cell)
    expect(cpu.stdout).toMatch(/engine +onnx \S+ on CPU/)
    // Initial weights are drawn by no engine.
    expect(cpu.stdout).toMatch(/5 units computed, 1 from the store/)
    const again = await project.run('tiny', '--device', 'gpu', ...cell)
    expect(again.stdout).toMatch(/nothing was recomputed/)
  },
)
