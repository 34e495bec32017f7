import { expect, test } from 'vitest'
import { Problem } from '../../values/problem.ts'
import type { Device, DeviceSession, DeviceTensor } from './device.ts'
import { checkHalfPrecision } from './half-probe.ts'

/** A device that gives back one number, or refuses to open a model. */
function device(answer: number | Error) {
  const freed: string[] = []
  const tensor = (name: string) => ({ dispose: () => freed.push(name) }) as unknown as DeviceTensor
  const session: DeviceSession = {
    run: () => Promise.resolve(new Proxy({}, { get: () => tensor('sum') })),
    close: () => Promise.resolve(void freed.push('session')),
  }
  const fake: Pick<Device, 'open' | 'upload' | 'download'> = {
    open: () => (answer instanceof Error ? Promise.reject(answer) : Promise.resolve(session)),
    upload: () => Promise.resolve(tensor('probe')),
    download: () => Promise.resolve({ dtype: 'float32', shape: [1], data: Float32Array.of(Number(answer)) }),
  }
  return { fake, freed }
}

test('a GPU that rounds to 16 bits is taken, and nothing stays on it', async () => {
  const { fake, freed } = device(0.199951171875)
  await checkHalfPrecision(fake)
  expect(freed.sort()).toEqual(['probe', 'session', 'sum'])
})

test.each([
  ['refuses such programs', new Problem('infrastructure', 'f16 is not supported')],
  ['computes with 32 bits all the same', 0.2],
])('a GPU that %s is refused for what it is', async (_, answer) => {
  const { fake, freed } = device(answer)
  const refused = checkHalfPrecision(fake)
  await expect(refused).rejects.toThrow('the GPU does not compute in float16')
  await expect(refused).rejects.toMatchObject({ kind: 'usage' })
  expect(freed).toContain('probe')
})

test('a GPU that is lost meanwhile is told to be lost', async () => {
  const { fake } = device(new Problem('device', 'the GPU was lost'))
  await expect(checkHalfPrecision(fake)).rejects.toThrow('the GPU was lost')
})
