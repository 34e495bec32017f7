import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test, vi } from 'vitest'
import { adadelta, constant } from '../../plugin/index.ts'
import { Pace } from '../../training/pace.ts'
import { trainingPace } from './training-pace.ts'

const pace = (networks: number, examples = 60_000) =>
  trainingPace({
    choice: { runtime: 'onnx', device: 'cpu', threads: 1 },
    model: fileURLToPath(new URL('../../../models/simplest-net.ts', import.meta.url)),
    training: {
      optimizer: adadelta(),
      schedule: constant(),
      batchSize: 16,
      epochs: 1,
      validation: 0,
      testEveryEpoch: false,
    },
    data: { shape: [28, 28, 1], classes: 10, mean: [0.1], std: [0.3] },
    examples,
    networks,
    seconds: 0.2,
  })

test('a pace counts the steps of all networks', async () => {
  const [one, four] = [await pace(1), await pace(4)]
  expect(one).toBeGreaterThan(20)
  // One processor shares itself among them: neither a fourth nor four times as much.
  expect(four / one).toBeGreaterThan(0.2)
  expect(four / one).toBeLessThan(3)
})

test('calls are as long as in training, which epochs of few images keep short', async () => {
  const ran = vi.spyOn(Pace.prototype, 'ran')
  onTestFinished(() => ran.mockRestore())
  const longest = () => Math.max(...ran.mock.calls.map(([steps]) => steps))
  await pace(1)
  expect(longest()).toBeGreaterThan(8)
  ran.mockClear()
  await pace(1, 4 * 16 + 3)
  expect(longest()).toBe(4)
})
