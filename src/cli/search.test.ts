import { cpSync, existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeProject, tinySuite, type Ended, type Project } from './cli.fixture.ts'
import { storedIn } from './stored.fixture.ts'

/** What a search of this test begins with: while the file `slow` is there, evaluating takes its time. */
const slowed = `import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { defineSearch, simulatedAnnealing, thesisCnnSchedule, thesisMlpSchedule } from 'prune-bench'

async function slowed(context, search) {
  console.log('pid ' + process.pid)
  let masks = 0
  const evaluate = async (some, above) => {
    masks += some.length
    if (existsSync('slow')) await sleep(50 * some.length)
    return context.evaluate(some, above)
  }
  const found = await search({ ...context, evaluate })
  console.log('evaluated ' + masks)
  return found
}
`

const annealing = (schedule: string) => `${slowed}
export default defineSearch({
  summary: 'Annealing.',
  ignoredReads: ['presence slow', 'process-id'],
  options: { budget: 300 },
  search: (context) =>
    slowed(context, (slow) => simulatedAnnealing(slow, { ...${schedule}, budget: context.options.budget })),
})
`

/** Keeps a mask with two weights changed if that is better, and does not say how many masks it evaluated. */
const climbing = `${slowed}
export default defineSearch({
  summary: 'Climbing.',
  ignoredReads: ['presence slow', 'process-id'],
  search: (context) =>
    slowed(context, async ({ size, kept, random, evaluate, progress, saved, save }) => {
      const first = new Uint8Array(size).fill(1, 0, kept)
      let state = saved ?? { done: 0, mask: first, accuracy: (await evaluate([first]))[0], accuracies: [] }
      while (state.done < 300) {
        const stream = random.child(String(state.done))
        const mask = state.mask.slice()
        const [one, other] = [stream.integer(size), stream.integer(size)]
        ;[mask[one], mask[other]] = [mask[other], mask[one]]
        const [accuracy] = await evaluate([mask])
        const better = accuracy > state.accuracy ? { mask, accuracy } : {}
        state = { ...state, ...better, done: state.done + 1, accuracies: [...state.accuracies, accuracy] }
        progress({ done: state.done, total: 300, accuracy: state.accuracy })
        const reached = state
        save(() => reached)
      }
      return { mask: state.mask, trace: { accuracy: state.accuracies } }
    }),
})
`

const cnn = `import { batchNorm, conv2d, defineModel, dense, flatten, relu, sequential } from 'prune-bench'

export default defineModel({
  summary: 'Two convolutions.',
  input: [32, 32, 3],
  classes: 10,
  ...sequential(
    conv2d('conv1', 3, 12, { stride: 4 }),
    relu(),
    batchNorm('norm1', 12),
    conv2d('conv2', 12, 16, { stride: 4 }),
    relu(),
    flatten(),
    dense('dense', 64, 10, { maskable: false }),
  ),
})
`

interface Case {
  readonly name: string
  readonly searches: number
  readonly write: (project: Project) => void
}

const cases: readonly Case[] = [
  {
    name: 'weights of an MLP',
    searches: 2,
    write(project) {
      project.write('criteria/annealing.ts', annealing('thesisMlpSchedule'))
      project.write('criteria/climbing.ts', climbing)
      project.write(
        'suites/tiny.suite.ts',
        tinySuite()
          .replace("['random', 'snip']", "['annealing', 'climbing']")
          .replace('[0.5, 0.9]', '[0.9]')
          .replace('[1, 2]', '[1]'),
      )
    },
  },
  {
    name: 'filters of a CNN',
    searches: 1,
    write(project) {
      project.write('criteria/annealing.ts', annealing('thesisCnnSchedule'))
      project.write('models/tiny-cnn.ts', cnn)
      project.write(
        'suites/tiny.suite.ts',
        tinySuite("granularity: 'filter',")
          .replace('simplest-net', 'tiny-cnn')
          .replace('glyphs', 'textures')
          .replace("['random', 'snip']", "['annealing']")
          .replace('[0.5, 0.9]', '[0.5]')
          .replace('[1, 2]', '[1]'),
      )
    },
  },
]

const made: Project[] = []
function projectOf({ write }: Case): Project {
  const project = makeProject()
  made.push(project)
  write(project)
  return project
}
afterAll(() => {
  for (const project of made) project.remove()
})

const storeOf = (project: Project, ...path: readonly string[]) =>
  join(project.folder, '.prune-bench', ...path)

/** Files of checkpoints, as `ab/<key>`. */
function checkpointsIn(project: Project): readonly string[] {
  const folder = storeOf(project, 'checkpoints')
  if (!existsSync(folder)) return []
  return readdirSync(folder).flatMap((shard) =>
    readdirSync(join(folder, shard)).map((key) => join(shard, key)),
  )
}

/** Digests of the content of all searches' artifacts, by key. */
function searchesIn(project: Project): Readonly<Record<string, string>> {
  const searches = Object.entries(storedIn(project)).filter(([, { kind }]) => kind === 'search')
  return Object.fromEntries(searches.map(([key, { content }]) => [key, content]))
}

/** Numbers that standard error tells after a word. */
function told(word: RegExp, { stderr }: Ended): readonly number[] {
  return [...stderr.matchAll(word)].map((match) => Number(match[1]?.replaceAll(',', '')))
}

/** Starts slowly, waits until every search has a checkpoint, and kills the program and its workers. */
async function cutOff(project: Project, { searches }: Case): Promise<Ended> {
  project.write('slow', '')
  const running = project.start('tiny', '--workers', '2')
  let over = false as boolean
  void running.ended.then(() => (over = true))
  while (checkpointsIn(project).length < searches && !over) await sleep(20)
  running.kill('SIGKILL')
  const ended = await running.ended
  for (const pid of told(/pid (\d+)/g, ended)) {
    try {
      process.kill(-pid, 'SIGKILL')
    } catch {
      // It has noticed that its parent is gone.
    }
  }
  rmSync(join(project.folder, 'slow'))
  return ended
}

const evaluated = (ended: Ended) => told(/evaluated (\d+)/g, ended).reduce((sum, masks) => sum + masks, 0)

describe('a search that is killed', () => {
  const ends = new Map<Case, { project: Project; killed: Ended; again: Ended; cleaned: Ended }>()
  /** The checkpoints that the killed run left, put aside. */
  const kept = (project: Project) => join(project.folder, 'checkpoints')

  // Together, as they spend their time waiting for the first checkpoint.
  beforeAll(async () => {
    await Promise.all(
      cases.map(async (one) => {
        const project = projectOf(one)
        const killed = await cutOff(project, one)
        cpSync(storeOf(project, 'checkpoints'), kept(project), { recursive: true })
        const cleaned = await project.run('cache', 'clean')
        const again = await project.run('tiny', '--workers', '2')
        ends.set(one, { project, killed, again, cleaned })
      }),
    )
  }, 60_000)

  test.each(cases)('goes on from its last checkpoint to the same result: $name', async (one) => {
    const { project, killed, again } = ends.get(one) as { project: Project; killed: Ended; again: Ended }
    expect([killed.code, again.code]).toEqual([null, 0])
    expect(checkpointsIn(project)).toEqual([])

    const whole = projectOf(one)
    const uninterrupted = await whole.run('tiny', '--workers', '2')
    expect(uninterrupted.code).toBe(0)
    expect(Object.keys(searchesIn(project)).length).toBe(one.searches)
    expect(searchesIn(project)).toEqual(searchesIn(whole))

    const from = told(/goes on from ([\d,]+) of 300: /g, again)
    expect(from.length).toBe(one.searches)
    for (const done of from) expect(done).toBeGreaterThan(1)
    expect(uninterrupted.stderr).not.toContain('goes on')
    expect(evaluated(again)).toBeLessThan(evaluated(uninterrupted))
  })

  test.each(cases)(
    'leaves checkpoints that are listed, and removed once they are of no use: $name',
    async (one) => {
      const { project, cleaned } = ends.get(one) as { project: Project; cleaned: Ended }
      expect(cleaned.stdout.match(/^kept: +search .*MiB\)$/gm)?.length).toBe(one.searches)
      expect(cleaned.stdout).toContain(`0 of ${one.searches} checkpoints removed`)

      cpSync(kept(project), storeOf(project, 'checkpoints'), { recursive: true })
      expect((await project.run('cache', 'verify')).stdout).toMatch(/\d+ checkpoints? (is|are) good/)
      const { stdout } = await project.run('cache', 'clean')
      expect(stdout.match(/^removed: search .*; the unit is done\)$/gm)?.length).toBe(one.searches)
      expect(checkpointsIn(project)).toEqual([])
      expect((await project.run('cache', 'clean')).stdout).toBe('0 of 0 checkpoints removed\n')
    },
  )

  test.each(cases)('is not gone on with by --force: $name', async (one) => {
    const { project } = ends.get(one) as { project: Project }
    const before = searchesIn(project)
    cpSync(kept(project), storeOf(project, 'checkpoints'), { recursive: true })
    const { code, stderr } = await project.run('tiny', '--workers', '2', '--force')
    expect(code).toBe(0)
    expect(stderr).not.toContain('goes on')
    expect(stderr).not.toContain('conflict')
    expect(searchesIn(project)).toEqual(before)
    expect(checkpointsIn(project)).toEqual([])
  })
})
