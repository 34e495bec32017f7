import { expect, onTestFinished, test } from 'vitest'
import { describeOnGpu } from '../../runtime/eager/webgpu.fixture.ts'
import { makeProject, tinySuite } from '../cli.fixture.ts'

// What a driver does when it is reset, done by a criterion: on a runtime that is in reach of one.
const LOSES_IT = `import * as tf from '@tensorflow/tfjs-core'
import { defineCriterion } from 'prune-bench'

export default defineCriterion({
  name: 'loses-it',
  summary: 'Takes the GPU away.',
  needs: ['weights'],
  score: ({ weights }) => {
    tf.engine().findBackend('webgpu').device.destroy()
    return weights.map((w) => tf.abs(w))
  },
})
`

await describeOnGpu('a GPU that is lost in the middle of a run', () => {
  test('fails the unit that it was lost in, and what needs that; the rest is computed', async () => {
    const project = makeProject({ LP_NUM_THREADS: '1', COLUMNS: '120' })
    onTestFinished(() => project.remove())
    project.write('criteria/loses-it.ts', LOSES_IT)
    const suite = tinySuite()
      .replace("['random', 'snip']", "['loses-it', 'random']")
      .replace('[0.5, 0.9]', '[0.5]')
    project.write('suites/tiny.suite.ts', suite.replace('[1, 2]', '[1]'))
    const { code, stdout } = await project.run('tiny', '--runtime', 'webgpu')
    expect(code).toBe(1)
    expect(stdout).toMatch(/loses-it .*failed/)
    expect(stdout).toMatch(/random +\d+\.\d/)
    expect(stdout).toMatch(/the GPU was lost: /)
    expect(stdout).toMatch(/smaller batches, or --device cpu/)
  })
})
