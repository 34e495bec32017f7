import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { digest } from '../values/digest.ts'
import type { DataAccess, DatasetSource, Located } from '../values/dataset.ts'
import { chooseData, type DataRequest } from './choose-data.ts'
import { goneDataset, makeProject, tinySuite, type Ended, type Project } from './cli.fixture.ts'

describe('the choice', () => {
  const source = (name: string, located: Located): DatasetSource => ({
    summary: name,
    description: {
      name,
      shape: [1, 1, 1],
      classes: 2,
      mean: [0],
      std: [1],
      size: { train: 9, test: 9 },
    },
    locate: () => Promise.resolve(located),
    load: () => Promise.reject(new Error('nobody asked for it')),
  })
  const sources = {
    gone: source('gone', { status: 'absent', why: 'it is lost' }),
    here: source('here', { status: 'present', digest: digest('here'), origin: 'a test' }),
  }
  const access: DataAccess = { userFolder: undefined, cacheFolder: '/none', download: 'never' }
  const chosen = (
    uses: Parameters<typeof chooseData>[0],
    ci: string | undefined,
    request: DataRequest = { data: undefined },
  ) => chooseData(uses, request, sources, access, { env: { CI: ci } })

  test.each([undefined, '', '0', 'false'])('passes to a later one where CI is %j', async (ci) =>
    expect((await chosen(['gone', 'here'], ci)).name).toBe('here'),
  )

  test.each(['true', '1', 'woodpecker'])('needs to be allowed where CI is %j', async (ci) => {
    await expect(chosen(['gone', { name: 'here', inCI: false }], ci)).rejects.toMatchObject({
      kind: 'data',
      message: `CI is "${ci}", and nothing allows here in place of gone, which the suite prefers:\n  gone: it is lost`,
      hint: expect.stringMatching(/--data here, or .*\{ name: 'here', inCI: true \}/) as string,
    })
    expect((await chosen(['gone', { name: 'here', inCI: true }], ci)).name).toBe('here')
    expect((await chosen(['gone', 'here'], ci, { data: 'here' })).name).toBe('here')
    expect((await chosen(['gone', 'here'], ci, { data: undefined, anyData: true })).name).toBe('here')
    expect((await chosen(['here', 'gone'], ci)).name).toBe('here')
  })

  test('one that is allowed allows no other', async () => {
    const uses = [{ name: 'gone', inCI: true }, 'here']
    await expect(chosen(uses, 'true')).rejects.toMatchObject({ kind: 'data' })
  })
})

describe('on the command line', () => {
  let project: Project
  let ci: Project
  const small = `{ name: 'glyphs', size: { train: 300, test: 100 } }`
  const suiteWith = (data: string) =>
    tinySuite(`data: ${data}, criteria: ['random'], control: false,`).replace('seeds: [1, 2]', 'seeds: [1]')
  beforeAll(() => {
    project = makeProject()
    ci = makeProject({ CI: 'true' }, project.folder)
    project.write('datasets/gone.ts', goneDataset)
    project.write('suites/tiny.suite.ts', suiteWith(`['gone', ${small}, 'mnist']`))
    project.write('suites/allowed.suite.ts', suiteWith(`['gone', ${small.replace('{', '{ inCI: true,')}]`))
  })
  afterAll(() => project.remove())

  const commands = [
    ['run', 'tiny'],
    ['plan', 'tiny'],
    ['report', 'tiny'],
    ['why', 'tiny', 'random', '50%'],
  ]

  test.each(commands)(
    '%s insists on a data set of the list, by its name',
    async (...args) => {
      const unlisted = await project.run(...args, '--data', 'glyps')
      expect(unlisted).toMatchObject({
        code: 2,
        stderr: expect.stringMatching(/has no data set named glyps[^]*did you mean glyphs\?/) as string,
      })
      const absent = await project.run(...args, '--data', 'gone')
      expect(absent).toMatchObject({
        code: 4,
        stderr: expect.stringContaining('gone: the dog ate it') as string,
      })
    },
    60_000,
  )

  test('where CI is set, one that nothing allows is not fallen back to: exit 4', async () => {
    const refused = (ended: Ended) => {
      expect(ended.code).toBe(4)
      expect(ended.stderr).toMatch(
        /CI is "true", and nothing allows glyphs in place of gone[^]*the dog ate it/,
      )
      expect(ended.stderr).toMatch(/--data glyphs, or allow it[^]*inCI: true/)
    }
    refused(await ci.run('tiny'))
    refused(await ci.run('tiny', '--shard', '1/2'))
    expect(await ci.run('allowed')).toMatchObject({ code: 0 })
  }, 120_000)

  test('shards on the one that is named are merged, whatever the merging machine could have', async () => {
    expect(await ci.run('tiny', '--data', 'glyphs', '--shard', '1/1')).toMatchObject({ code: 0 })
    const merge = (...more: string[]) => ci.run('merge', 'tiny', '.', '--output', 'merged', ...more)
    expect(await merge()).toMatchObject({ code: 0 })
    const reports = join(project.folder, 'reports', 'tiny', 'default')
    cpSync(join(reports, 'glyphs'), join(reports, 'other'), { recursive: true })
    expect(await merge()).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/reports of several data sets[^]*--data/) as string,
    })
    expect(await merge('--data', 'glyphs')).toMatchObject({ code: 0 })
    expect(await merge('--data', 'mnist')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('there is no reports/tiny/default/mnist/results.json') as string,
    })
  }, 120_000)
})
