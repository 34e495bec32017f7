import { rmSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeProject, tinySuite, type Ended, type Project } from './cli.fixture.ts'

/** Counts to 300, 50 ms each while the file `slow` is there. */
const counting = `import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { defineSearch } from 'prune-bench'

export default defineSearch({
  summary: 'Counting.',
  ignoredReads: ['presence slow'],
  search: async ({ size, kept, evaluate, progress, saved, save }) => {
    const mask = new Uint8Array(size).fill(1, 0, kept)
    const [accuracy] = await evaluate([mask])
    for (let done = saved ?? 0; done < 300; done++) {
      if (existsSync('slow')) await sleep(50)
      const reached = done
      progress({ done: reached, total: 300, accuracy })
      save(() => reached)
    }
    return { mask, evaluated: 300, trace: { accuracy: [accuracy] } }
  },
})
`

let project: Project
let stopped: Ended
beforeAll(async () => {
  project = makeProject()
  project.write('criteria/counting.ts', counting)
  const suite = tinySuite()
    .replace("['random', 'snip']", "['counting']")
    .replace('[0.5, 0.9]', '[0.9]')
    .replace('[1, 2]', '[1]')
  project.write('suites/tiny.suite.ts', suite)
  project.write('slow', '')
  // A search of 15 s, and little else; its state is saved after 5 s.
  stopped = await project.run('tiny', '--workers', '1', '--stop-after', '12s', '--update')
}, 60_000)
afterAll(() => project.remove())

test('a run ends when it is told to, and says what the rest takes', () => {
  expect(stopped.code).toBe(5)
  expect(stopped.stdout).toContain('nothing was accepted, as the run was stopped')
  expect(stopped.stderr).toContain('stopping now, as --stop-after asks')
  expect(stopped.stdout).toMatch(/Not complete: \d of 2 cells w/)
  const [, seconds] = /The rest takes about (\d+) s at the pace of this run/.exec(stopped.stdout) ?? []
  expect(Number(seconds)).toBeGreaterThan(1)
  expect(Number(seconds)).toBeLessThan(20)
})

test('the next run goes on from there, and has nothing left to tell', async () => {
  rmSync(`${project.folder}/slow`)
  const again = await project.run('tiny', '--workers', '1', '--stop-after', '10m')
  expect(again.stderr).toMatch(/goes on from \d+ of 300/)
  expect(again.stdout).not.toContain('The rest takes')
  expect(again.code).toBe(0)
}, 60_000)

test.each(['10', 'soon', '0s', '-1m'])('--stop-after %s is no time', async (time) => {
  const ended = await project.run('tiny', `--stop-after=${time}`)
  expect(ended.stderr).toContain(`--stop-after is "${time}", not a time`)
  expect(ended.code).toBe(2)
})
