import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { DatasetSource } from '../values/dataset.ts'
import { digest } from '../values/digest.ts'
import { Problem } from '../values/problem.ts'
import { chooseDataset } from './choose.ts'
import { builtinDatasets } from './registry.ts'
import {
  deadAddress,
  freshAccess,
  localServer,
  serveTiny,
  TINY,
  tinySource,
  writeTiny,
} from './tiny-mnist.fixture.ts'

const always: DatasetSource = {
  summary: 'Always there.',
  description: { ...TINY, name: 'always' },
  locate: () => Promise.resolve({ status: 'present', digest: digest('always'), origin: 'a test' }),
  load: () => Promise.reject(new Error('nobody asked for it')),
}

test('what is present and preferred is taken, without being read', async () => {
  const access = await freshAccess()
  expect(
    await chooseDataset([{ name: 'always' }, { name: 'tiny' }], { tiny: tinySource(), always }, access),
  ).toEqual({
    name: 'always',
    size: { train: 6, test: 4 },
    source: always,
    located: { status: 'present', digest: digest('always'), origin: 'a test' },
    passedOver: [],
  })
})

test('a size is kept', async () => {
  const chosen = await chooseDataset(
    [{ name: 'always', size: { train: 3, test: 2 } }],
    { always },
    await freshAccess(),
  )
  expect(chosen.size).toEqual({ train: 3, test: 2 })
})

test('a download that succeeds makes it present', async () => {
  const tiny = tinySource({ mirrors: [await localServer(serveTiny())] })
  const chosen = await chooseDataset(
    [{ name: 'tiny' }, { name: 'always' }],
    { tiny, always },
    await freshAccess(),
  )
  expect(chosen).toMatchObject({ name: 'tiny', located: { status: 'present' }, passedOver: [] })
})

test('a download that fails passes to the next, saying why', async () => {
  const tiny = tinySource({ mirrors: [await deadAddress()] })
  const access = await freshAccess()
  for (let run = 0; run < 2; run++) {
    const chosen = await chooseDataset([{ name: 'tiny' }, { name: 'always' }], { tiny, always }, access)
    expect(chosen.name).toBe('always')
    expect(chosen.passedOver).toMatchObject([
      { name: 'tiny', why: expect.stringMatching(/download failed.*ECONNREFUSED/) as string },
    ])
  }
})

test('nothing is downloaded where that is not allowed', async () => {
  const tiny = tinySource({ mirrors: [await localServer(() => expect.unreachable())] })
  const chosen = await chooseDataset(
    [{ name: 'tiny' }, { name: 'always' }],
    { tiny, always },
    await freshAccess({ download: 'never' }),
  )
  expect(chosen.passedOver[0]?.why).toContain('nothing may be downloaded here')
})

test('nor is a source trusted that offers a download where that is not allowed', async () => {
  const eager: DatasetSource = {
    ...always,
    locate: () => Promise.resolve({ status: 'downloadable', digest: digest('eager'), origin: 'a test' }),
  }
  const chosen = await chooseDataset(
    [{ name: 'eager' }, { name: 'always' }],
    { eager, always },
    await freshAccess({ download: 'never' }),
  )
  expect(chosen.name).toBe('always')
})

test('damaged files are never passed over', async () => {
  const access = await freshAccess()
  await writeTiny(join(access.cacheFolder, 'tiny'))
  await writeFile(join(access.cacheFolder, 'tiny', 'train-images-idx3-ubyte.gz'), 'damaged')
  const chosen = await chooseDataset(
    [{ name: 'tiny' }, { name: 'always' }],
    { tiny: tinySource(), always },
    access,
  )
  expect(chosen.name).toBe('tiny')
  await expect(chosen.source.load(access, chosen.size)).rejects.toThrow('gunzip')
})

test('a damaged file beside ones still to be downloaded is never passed over', async () => {
  const access = await freshAccess()
  await mkdir(join(access.cacheFolder, 'tiny'))
  await writeFile(join(access.cacheFolder, 'tiny', 'train-images-idx3-ubyte.gz'), 'damaged')
  const tiny = tinySource({ mirrors: [await localServer(serveTiny())] })
  await expect(
    chooseDataset([{ name: 'tiny' }, { name: 'always' }], { tiny, always }, access),
  ).rejects.toThrow('gunzip')
})

test('with none to be had, every reason is listed', async () => {
  const [one, two] = [tinySource(), { ...tinySource(), description: { ...TINY, name: 'two' } }]
  const access = await freshAccess({ download: 'never' })
  const problem = (await chooseDataset([{ name: 'one' }, { name: 'two' }], { one, two }, access).catch(
    (error: unknown) => error,
  )) as Problem
  expect(problem).toBeInstanceOf(Problem)
  expect(problem.kind).toBe('data')
  expect(problem.message).toMatch(/one: .*has no train-images.*\n {2}two: .*has no train-images/)
})

test('an unknown name is a mistake of usage, wherever it stands, with the one that was meant', async () => {
  const access = await freshAccess()
  for (const names of [['mnits'], ['glyphs', 'mnits']]) {
    const problem = (await chooseDataset(
      names.map((name) => ({ name })),
      builtinDatasets,
      access,
    ).catch((error: unknown) => error)) as Problem
    expect(problem.kind).toBe('usage')
    expect(problem.message).toBe('There is no data set "mnits".')
    expect(problem.hint).toBe('Did you mean "mnist"? Known data sets: mnist, glyphs, cifar10, textures.')
  }
  await expect(chooseDataset([{ name: 'toString' }], builtinDatasets, access)).rejects.toThrow(
    'no data set "toString"',
  )
  await expect(chooseDataset([], builtinDatasets, access)).rejects.toThrow('No data set is named')
})

test('too large a size is a mistake of usage, even of one that is not reached', async () => {
  const preferences = [{ name: 'always' }, { name: 'glyphs', size: { train: 60_001, test: 1 } }]
  await expect(
    chooseDataset(preferences, { ...builtinDatasets, always }, await freshAccess()),
  ).rejects.toThrow('asked for 60001 train examples, but there are 60000')
})

test('every built-in data set is registered under its own name', () => {
  for (const [name, source] of Object.entries(builtinDatasets)) expect(source.description.name).toBe(name)
})
