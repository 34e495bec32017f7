import { expect, onTestFinished } from 'vitest'
import { gpuTest } from '../../runtime/gpu.fixture.ts'
import { makeProject, tinySuite } from '../cli.fixture.ts'
import { storedIn } from '../stored.fixture.ts'

gpuTest(
  'a suite on a GPU gives the same artifacts, whatever number of units is computed at once',
  async () => {
    const stored = []
    for (const together of ['1', '12']) {
      const project = makeProject({ LP_NUM_THREADS: '1' })
      onTestFinished(() => project.remove())
      project.write('suites/tiny.suite.ts', tinySuite('k: [0, 5],'))
      const { code, stderr } = await project.run('tiny', '--device', 'gpu', '--together', together)
      expect([code, stderr]).toEqual([0, expect.any(String)])
      stored.push(storedIn(project))
    }
    const [one, ...others] = stored
    expect(Object.values(one ?? {}).filter(({ kind }) => kind === 'train').length).toBeGreaterThan(8)
    for (const other of others) expect(other).toEqual(one)
  },
)
