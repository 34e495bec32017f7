import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { adadelta, constant } from '../../plugin/index.ts'
import { trainingPace } from './training-pace.ts'

test('a pace counts the steps of all networks', async () => {
  const pace = (networks: number) =>
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
      networks,
      seconds: 0.2,
    })
  const [one, four] = [await pace(1), await pace(4)]
  expect(one).toBeGreaterThan(20)
  // One processor shares itself among them: neither a fourth nor four times as much.
  expect(four / one).toBeGreaterThan(0.2)
  expect(four / one).toBeLessThan(3)
})
