import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseResults, withoutTimes, type Results } from '../results/index.ts'
import { makeProject, tinySuite, type Project } from './cli.fixture.ts'

function resultsOf(project: Project, suite = 'tiny'): Results {
  return parseResults(
    readFileSync(join(project.folder, 'reports', suite, 'default', 'glyphs', 'results.json'), 'utf8'),
  )
}

function withProject(work: (project: Project) => Promise<void>, env: Readonly<Record<string, string>> = {}) {
  return async () => {
    const project = makeProject(env)
    try {
      await work(project)
    } finally {
      project.remove()
    }
  }
}

describe('a suite', () => {
  let project: Project
  beforeAll(async () => {
    project = makeProject()
    project.write('suites/tiny.suite.ts', tinySuite())
    const { code, stderr } = await project.run('suites/tiny.suite.ts')
    expect({ code, stderr }).toMatchObject({ code: 0 })
  })
  afterAll(() => project.remove())

  test('leaves results.json with every cell', () => {
    const { cells, groups, identity } = resultsOf(project)
    expect(cells.length).toBe(2 + 2 * 2 * 2)
    expect(cells.every((cell) => cell.status === 'ok')).toBe(true)
    expect(cells.filter((cell) => !cell.point.control).map((cell) => cell.sparsity.kept)).toEqual(
      cells
        .filter((cell) => !cell.point.control)
        .map((cell) => 7840 - Math.floor(7840 * cell.point.sparsity + 1e-9)),
    )
    expect(groups.length).toBe(5)
    expect(identity.data).toMatchObject({ name: 'glyphs', train: 300, test: 100, passedOver: [] })
  })

  test('run again computes nothing and says so', async () => {
    const before = resultsOf(project)
    const { code, stdout } = await project.run('tiny')
    expect(code).toBe(0)
    expect(stdout).toContain('nothing was recomputed')
    expect(resultsOf(project)).toEqual(before)
  })

  test('gives the same results.json with one worker as with three, from another store', async () => {
    const [one, three] = [makeProject(), makeProject()]
    for (const [other, workers] of [
      [one, '1'],
      [three, '3'],
    ] as const) {
      other.write('suites/tiny.suite.ts', tinySuite())
      expect((await other.run('tiny', '--workers', workers)).code).toBe(0)
      expect(withoutTimes(resultsOf(other))).toEqual(withoutTimes(resultsOf(project)))
      other.remove()
    }
  })

  test('with one word more runs only the new criterion', async () => {
    project.write(
      'criteria/shy.ts',
      `import { defineCriterion, tf } from 'prune-bench'
export default defineCriterion({
  summary: 'Keep the smallest initial weights.',
  needs: ['initialWeights'],
  score: ({ initialWeights }) => initialWeights.map((w) => tf.neg(tf.abs(w))),
})
`,
    )
    project.write(
      'suites/tiny.suite.ts',
      tinySuite("criteria: ['random', 'snip', 'shy'],").replace("criteria: ['random', 'snip'],\n", ''),
    )
    const plan = await project.run('plan', 'tiny', '--json')
    const { units } = JSON.parse(plan.stdout) as { units: { label: string; cached: boolean }[] }
    const missing = units.filter((unit) => !unit.cached).map((unit) => unit.label)
    expect(missing.length).toBe(2 + 2 * 2 * 4)
    expect(missing.filter((label) => !label.includes('shy'))).toEqual([])
    const before = resultsOf(project).cells
    const { code, stdout } = await project.run('tiny')
    expect(code).toBe(0)
    expect(stdout).toContain(`${missing.length} units computed`)
    const after = resultsOf(project).cells
    expect(after.filter((cell) => cell.point.criterion !== 'shy')).toEqual(before)
    expect(after.filter((cell) => cell.point.criterion === 'shy').length).toBe(4)
  })

  test('explains a cell: what is stored, and which change made it stale', async () => {
    const stored = await project.run('why', 'tiny', 'snip s=90% k=0 seed=1')
    expect(stored.code).toBe(0)
    expect(stored.stdout).not.toContain('to compute')
    project.write(
      'suites/other.suite.ts',
      tinySuite('searchSet: 90,').replace('epochs: 1', 'epochs: 2').replace('searchSet: 100,\n', ''),
    )
    const stale = await project.run('why', 'other', 'snip', 's=90%', 'seed=1')
    expect(stale.stdout).toMatch(
      /to compute .* train snip s=90% k=0 seed=1\n +settings.training.epochs is 2; the nearest stored unit has 1/,
    )
  })

  test('is reported again from the store alone', async () => {
    const { code, stdout } = await project.run('report', 'tiny', '--json')
    expect(code).toBe(0)
    expect(parseResults(stdout)).toEqual(resultsOf(project))
  })

  test('prints pure JSON on standard output with --json, and no colour codes into a pipe', async () => {
    const { stdout, stderr } = await project.run('tiny', '--json')
    expect(parseResults(stdout).cells.length).toBe(14)
    expect(stderr).not.toContain('\u001b[')
    expect((await project.run('tiny')).stdout).not.toContain('\u001b[')
    expect((await project.run('tiny', '--color')).stdout).toContain('\u001b[')
  })

  test('notices damage in the store, sets it aside and computes it again', async () => {
    const results = resultsOf(project)
    const key = results.cells[3]?.units.train ?? ''
    const file = join(project.folder, '.prune-bench', 'objects', key.slice(0, 2), key)
    const bytes = readFileSync(file, 'latin1')
    writeFileSync(file, bytes.replace(/\\"correct\\":\d+/, '\\"correct\\":99'), 'latin1')
    const { code, stdout, stderr } = await project.run('tiny')
    expect(code).toBe(0)
    expect(stderr).toContain('quarantine')
    expect(stdout).toContain('1 unit computed')
    expect(withoutTimes(resultsOf(project))).toEqual(withoutTimes(results))
    expect((await project.run('cache', 'verify')).stdout).toMatch(/\d+ artifacts are good/)
  })
})

describe('what is wrong is told', () => {
  test(
    'an unknown criterion: exit 2, the nearest name, the line of the suite',
    withProject(async (project) => {
      project.write('suites/tiny.suite.ts', tinySuite().replace("'snip'", "'snipp'"))
      const { code, stderr, stdout } = await project.run('tiny')
      expect(code).toBe(2)
      expect(stderr).toMatch(/there is no criterion named snipp/)
      expect(stderr).toMatch(/did you mean snip\?/)
      expect(stderr).toMatch(/tiny\.suite\.ts:7/)
      expect(stdout).toBe('')
    }),
  )

  test(
    'a suite with a value of the wrong type: exit 2, the property, its value, its line',
    withProject(async (project) => {
      project.write('suites/tiny.suite.ts', tinySuite().replace('[0.5, 0.9]', "[0.5, '0.9']"))
      const { code, stderr } = await project.run('tiny')
      expect(code).toBe(2)
      expect(stderr).toMatch(/sparsities\.1 is "0\.9"/)
      expect(stderr).toMatch(/tiny\.suite\.ts:8/)
    }),
  )

  test(
    'a misspelt property of a suite: exit 2',
    withProject(async (project) => {
      project.write('suites/tiny.suite.ts', tinySuite().replace('seeds:', 'seed:'))
      const { code, stderr } = await project.run('tiny')
      expect(code).toBe(2)
      expect(stderr).toMatch(/seeds? /)
    }),
  )

  test(
    'a suite that is not TypeScript: exit 2 with a code frame',
    withProject(async (project) => {
      project.write('suites/tiny.suite.ts', tinySuite().replace('seeds: [1, 2]', 'seeds: [1, 2'))
      const { code, stderr } = await project.run('tiny')
      expect(code).toBe(2)
      expect(stderr).toMatch(/tiny\.suite\.ts:\d+/)
      expect(stderr).toContain('training: {')
    }),
  )

  test(
    'a suite that throws when it is loaded: exit 2 with the line that threw',
    withProject(async (project) => {
      project.write(
        'suites/tiny.suite.ts',
        `const list: number[] | undefined = undefined as never\nconsole.log(list.length)\n${tinySuite()}`,
      )
      const { code, stderr } = await project.run('tiny')
      expect(code).toBe(2)
      expect(stderr).toMatch(/tiny\.suite\.ts:2/)
      expect(stderr).toMatch(/Cannot read properties of undefined/)
    }),
  )

  test(
    'an unknown suite, option, profile, runtime: exit 2 with what is known',
    withProject(async (project) => {
      project.write('suites/tiny.suite.ts', tinySuite())
      for (const [args, message] of [
        [['tinny'], /no suite named tinny[\s\S]*did you mean tiny/],
        [['tiny', '--filtr', 'x'], /no option --filtr[\s\S]*did you mean --filter/],
        [['tiny', '--profile', 'fast'], /no profile named fast/],
        [['tiny', '--runtime', 'onxx'], /no runtime named onxx[\s\S]*did you mean onnx/],
        [['tiny', '--workers', 'many'], /--workers is "many", not a whole number/],
        [['tiny', '--device', 'gpuu'], /no device named gpuu[\s\S]*did you mean gpu/],
        [['list', '--workers', '2'], /list has no option --workers/],
      ] as const) {
        const { code, stderr } = await project.run(...args)
        expect({ args, code }).toEqual({ args, code: 2 })
        expect(stderr).toMatch(message)
      }
    }),
  )

  test(
    'a filter that matches nothing: exit 3',
    withProject(async (project) => {
      project.write('suites/tiny.suite.ts', tinySuite())
      const { code, stderr } = await project.run('tiny', '-t', 'snip seed=9')
      expect(code).toBe(3)
      expect(stderr).toMatch(/no cell's name has all the words of "snip seed=9"/)
    }),
  )

  test('a damaged data file: exit 4, the file, both digests; nothing is computed', async () => {
    const data = makeProject()
    mkdirSync(join(data.folder, 'mnist'))
    for (const name of ['train-images-idx3', 'train-labels-idx1', 't10k-images-idx3', 't10k-labels-idx1']) {
      data.write(`mnist/${name}-ubyte`, 'not an image')
    }
    const project = makeProject({ PRUNE_BENCH_DATA: data.folder })
    project.write(
      'suites/tiny.suite.ts',
      tinySuite("data: ['mnist', 'glyphs'],").replace(/data: \[\{.*\n/, ''),
    )
    const { code, stderr } = await project.run('tiny')
    expect(code).toBe(4)
    expect(stderr).toMatch(/train-images-idx3-ubyte/)
    expect(stderr).toMatch(/ba891046e6505d7a/)
    project.remove()
    data.remove()
  })

  test(
    'a data set that cannot be had: the next one is used, and the report says why',
    withProject(async (project) => {
      project.write(
        'suites/tiny.suite.ts',
        tinySuite("data: ['nowhere', { name: 'glyphs', size: { train: 300, test: 100 } }],").replace(
          /data: \[\{.*\n/,
          '',
        ),
      )
      project.write(
        'datasets/nowhere.ts',
        `import { defineDataset } from 'prune-bench'
export default defineDataset({
  summary: 'Not to be had.',
  description: { name: 'nowhere', shape: [28, 28, 1], classes: 10, mean: [0], std: [1], size: { train: 300, test: 100 } },
  locate: async () => ({ status: 'absent', why: 'it never was' }),
  load: async () => { throw new Error('asked for anyway') },
})
`,
      )
      const { code, stdout } = await project.run('tiny', '-t', 'random s=50% seed=1')
      expect(code).toBe(0)
      expect(stdout).toMatch(/nowhere.*it never was/s)
      expect(resultsOf(project).identity.data).toMatchObject({
        name: 'glyphs',
        passedOver: [{ name: 'nowhere', why: 'it never was' }],
      })
    }),
  )

  test(
    'a criterion that reads a value while it is traced: exit 1, the op, the line of its file; other cells finish',
    withProject(async (project) => {
      project.write(
        'criteria/peek.ts',
        `import { defineCriterion, tf } from 'prune-bench'
export default defineCriterion({
  summary: 'Reads a value, which a traced function cannot.',
  needs: ['weights'],
  score: ({ weights }) => weights.map((w) => tf.mul(w, tf.max(w).dataSync()[0] ?? 1)),
})
`,
      )
      project.write('suites/tiny.suite.ts', tinySuite().replace("'snip'", "'peek'"))
      const { code, stderr, stdout } = await project.run('tiny')
      expect(code).toBe(1)
      expect(`${stderr}${stdout}`).toMatch(/peek\.ts:5/)
      const cells = resultsOf(project).cells
      expect(cells.filter((cell) => cell.status === 'failed').map((cell) => cell.point.criterion)).toEqual(
        Array(4).fill('peek'),
      )
      expect(cells.filter((cell) => cell.status === 'ok').length).toBe(6)
    }),
  )
})

test(
  'a worker that dies fails its cells with signal and last words; the others finish, nothing is lost',
  withProject(async (project) => {
    const deadly = (deed: string) => `import { defineCriterion, tf } from 'prune-bench'
export default defineCriterion({
  summary: 'Kills its process.',
  ignoredReads: ['process-id'],
  needs: ['weights'],
  score: ({ weights }) => { ${deed} return weights.map((w) => tf.abs(w)) },
})
`
    project.write(
      'criteria/deadly.ts',
      deadly("process.stderr.write('last words\\n'); process.kill(process.pid, 'SIGSEGV'); while (true);"),
    )
    project.write('suites/tiny.suite.ts', tinySuite().replace("'snip'", "'deadly'"))
    const { code, stdout } = await project.run('tiny')
    expect(code).toBe(1)
    expect(stdout).toMatch(/SIGSEGV/)
    expect(stdout).toMatch(/last words/)
    const { cells } = resultsOf(project)
    expect(cells.filter((cell) => cell.status === 'ok').length).toBe(6)
    const failed = cells.filter((cell) => cell.status === 'failed')
    expect(failed.map((cell) => cell.point.criterion)).toEqual(Array(4).fill('deadly'))
    expect(failed.every((cell) => cell.failure?.kind === 'crash' && cell.failure.signal === 'SIGSEGV')).toBe(
      true,
    )

    project.write('criteria/deadly.ts', deadly(''))
    const again = await project.run('tiny')
    expect(again.code).toBe(0)
    expect(again.stdout).toMatch(/18 units computed/)
  }),
)

describe('Ctrl-C', () => {
  const slow = `import { defineSearch } from 'prune-bench'
export default defineSearch({
  summary: 'Takes its time.',
  ignoredReads: ['clock'],
  options: { seconds: 2 },
  search: async ({ size, kept, options, evaluate, progress }) => {
    const mask = new Uint8Array(size).fill(1, 0, kept)
    const end = Date.now() + 1000 * options.seconds
    for (let i = 0; Date.now() < end; i++) {
      progress({ done: i, total: 1e6, accuracy: (await evaluate([mask]))[0] ?? 0 })
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    return { mask, trace: {} }
  },
})
`
  const suite = (seconds: number) =>
    tinySuite().replace(
      "['random', 'snip']",
      `['random', { criterion: 'slow', options: { seconds: ${seconds} } }]`,
    )

  test(
    'once: what runs is finished, the report is written, exit 130; the next run goes on from there',
    withProject(async (project) => {
      project.write('criteria/slow.ts', slow)
      project.write('suites/tiny.suite.ts', suite(2))
      const running = project.start('tiny', '--workers', '1')
      await running.seen(/running/)
      await new Promise((resolve) => setTimeout(resolve, 1500))
      running.kill('SIGINT')
      const { code, stderr } = await running.ended
      expect(code).toBe(130)
      expect(stderr).toMatch(/press Ctrl-C again/)
      const { cells } = resultsOf(project)
      expect(cells.some((cell) => cell.status === 'cancelled')).toBe(true)
      const again = await project.run('tiny')
      expect(again.code).toBe(0)
      expect(again.stdout).toMatch(/units computed, [1-9]\d* from the store/)
      expect(resultsOf(project).cells.every((cell) => cell.status === 'ok')).toBe(true)
    }),
  )

  test(
    'twice: stops at once',
    withProject(async (project) => {
      project.write('criteria/slow.ts', slow)
      project.write('suites/tiny.suite.ts', suite(600))
      const running = project.start('tiny', '--workers', '1')
      await running.seen(/running/)
      await new Promise((resolve) => setTimeout(resolve, 1500))
      running.kill('SIGINT')
      await running.seen('press Ctrl-C again')
      running.kill('SIGINT')
      const { code } = await running.ended
      expect(code).toBe(130)
      expect(existsSync(join(project.folder, 'reports', 'tiny', 'default', 'glyphs', 'results.json'))).toBe(
        true,
      )
    }),
  )
})

test(
  'init and new make a project whose first suite can be planned',
  withProject(async (project) => {
    project.write('package.json', '{ "name": "scratch" }\n')
    expect((await project.run('init')).code).toBe(0)
    expect(JSON.parse(readFileSync(join(project.folder, 'package.json'), 'utf8'))).toMatchObject({
      allowScripts: { 'onnxruntime-node': false },
    })
    expect((await project.run('plan', 'first')).code).toBe(0)
    expect((await project.run('new', 'criterion', 'mine')).code).toBe(0)
    const list = await project.run('list')
    expect(list.stdout).toMatch(/mine .*\n?.*\(criteria\/mine\.ts\)/s)
    expect((await project.run('new', 'criterion', 'mine')).code).toBe(2)
  }),
)

test(
  'help, version and doctor tell what there is',
  withProject(async (project) => {
    const help = await project.run('--help')
    expect([help.code, help.stderr]).toEqual([0, ''])
    expect(help.stdout).toMatch(/why <suite> <cell>/)
    const run = await project.run('run', '--help')
    expect(run.stdout).toMatch(/--workers N/)
    expect(await project.run('help')).toEqual(help)
    expect(await project.run('help', 'run')).toEqual(run)
    const unknown = await project.run('help', 'reprot')
    expect(unknown.code).toBe(2)
    expect(unknown.stderr).toContain('did you mean report?')
    expect((await project.run('--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
    const doctor = await project.run('doctor')
    expect(doctor.code).toBe(0)
    expect(doctor.stdout).toMatch(/onnx +1\.30\.0.* on the cpu/)
    expect((await project.run()).code).toBe(2)
  }),
)

test(
  '--force computes again without losing anything, and agrees with what was stored',
  withProject(async (project) => {
    project.write('suites/tiny.suite.ts', tinySuite())
    expect((await project.run('tiny', '-t', 'random 50% seed=1')).code).toBe(0)
    const before = resultsOf(project)
    const { code, stdout, stderr } = await project.run('tiny', '-t', 'random 50% seed=1', '--force')
    expect(code).toBe(0)
    expect(stdout).toMatch(/6 units computed, 0 from the store/)
    expect(stderr).not.toMatch(/conflict/)
    expect(withoutTimes(resultsOf(project))).toEqual(withoutTimes(before))
  }),
)

test(
  'a report on some cells says so, and a report after failures keeps them',
  withProject(async (project) => {
    project.write(
      'criteria/broken.ts',
      `import { defineCriterion } from 'prune-bench'
export default defineCriterion({ summary: 'Throws.', needs: ['weights'], score: () => { throw new Error('no score today') } })
`,
    )
    project.write('suites/tiny.suite.ts', tinySuite().replace("'snip'", "'broken'"))
    const some = await project.run('tiny', '-t', 'random seed=1')
    expect(some.stdout).toMatch(/Only 2 of 10 cells/)
    const chosen = resultsOf(project).cells.filter(({ status }) => status === 'ok')
    expect(chosen.map(({ id }) => id)).toEqual(['random s=50% k=0 seed=1', 'random s=90% k=0 seed=1'])
    expect((await project.run('tiny')).code).toBe(1)
    const failed = resultsOf(project)
    const again = await project.run('report', 'tiny')
    expect(again.code).toBe(1)
    expect(again.stdout).toMatch(/no score today/)
    expect(resultsOf(project)).toEqual(failed)
  }),
)

test(
  'every command that takes a suite takes it with its profile, and -q',
  withProject(async (project) => {
    project.write('suites/tiny.suite.ts', tinySuite("profiles: { one: {}, two: { criteria: ['random'] } },"))
    const cell = 'random s=50% k=0 seed=1'
    const run = await project.run('suites/tiny.suite.ts:two', '-t', cell, '--timeout', '10m', '-q')
    expect(run).toMatchObject({ code: 0, stderr: '' })
    for (const command of ['plan', 'why', 'report', 'export'] as const) {
      const words = command === 'why' || command === 'export' ? [cell] : ['-t', cell]
      const ended = await project.run(command, 'tiny:two', ...words, '-q')
      expect({ command, ...ended }).toMatchObject({ command, code: 0, stderr: '' })
      expect((await project.run(command, 'tiny:three', ...words)).stderr).toContain('no profile named three')
    }
    const both = await project.run('plan', 'tiny:two', '--profile', 'one')
    expect(both.code).toBe(2)
    expect(both.stderr).toContain('tiny:two names the profile two, and --profile one')
  }),
)

test(
  'a misspelt criterion is told as such, also where an assertion is about it',
  withProject(async (project) => {
    const suite = tinySuite("assertions: [cells({ criterion: 'snip' }).reach(1)],")
    project.write(
      'suites/tiny.suite.ts',
      suite.replace("'snip']", "'snpi']").replace('{ adadelta', '{ adadelta, cells'),
    )
    const { code, stderr } = await project.run('plan', 'tiny')
    expect(code).toBe(2)
    expect(stderr).toContain('there is no criterion named snpi')
    expect(stderr).toContain('did you mean snip?')
  }),
)

test(
  'the code of a data set of the project is part of every key, and its broken neighbours do not matter',
  withProject(async (project) => {
    const source = (value: number) => `import { defineDataset } from 'prune-bench'
const examples = (count: number) => ({
  count,
  images: Uint8Array.from({ length: count * 784 }, (_, i) => (i * ${value}) % 251),
  labels: Uint8Array.from({ length: count }, (_, i) => i % 10),
})
const description = { name: 'mine', shape: [28, 28, 1] as const, classes: 10, mean: [0.5], std: [0.25], size: { train: 300, test: 100 } }
export default defineDataset({
  summary: 'Stripes.',
  description,
  locate: async () => ({ status: 'present', digest: 'stripes', origin: 'made here' }),
  load: async (_, size = description.size) => ({ ...description, train: examples(size.train), test: examples(size.test) }),
})
`
    project.write('datasets/mine.ts', source(7))
    project.write('datasets/broken.ts', 'this is not TypeScript')
    project.write('suites/tiny.suite.ts', tinySuite("data: ['mine'],").replace(/data: \[\{.*\n/, ''))
    expect((await project.run('tiny', '-t', 'random 50% seed=1')).code).toBe(0)
    project.write('datasets/mine.ts', source(11))
    const { stdout } = await project.run('tiny', '-t', 'random 50% seed=1')
    expect(stdout).toMatch(/2 units computed/)
    project.write('datasets/mine.ts', source(11).replace('examples(size.test)', 'examples(50)'))
    const short = await project.run('tiny')
    expect(short.code).toBe(4)
    expect(short.stderr).toMatch(/mine gave 50 test examples where 100 were asked for/)
  }),
)

test(
  'a project is the same from its subfolders',
  withProject(async (project) => {
    project.write('suites/tiny.suite.ts', tinySuite())
    const inside = makeProject({}, join(project.folder, 'suites'))
    expect((await inside.run('tiny.suite.ts', '-t', 'random 50% seed=1')).code).toBe(0)
    expect(resultsOf(project).cells.filter(({ status }) => status === 'ok').length).toBe(1)
    expect((await project.run('tiny', '-t', 'random 50% seed=1')).stdout).toMatch(/nothing was recomputed/)
  }),
)

test(
  "what a suite or a folder gets wrong is the user's to mend: exit 2, not a bug",
  withProject(async (project) => {
    project.write(
      'criteria/model.ts',
      `import { defineModel, dense, flatten, sequential } from 'prune-bench'
export default defineModel({ summary: 'A model.', input: [28, 28, 1], classes: 10, ...sequential(flatten(), dense('a', 784, 10)) })
`,
    )
    for (const [suite, message] of [
      [
        tinySuite().replace("'snip'", "'model'"),
        /criteria\/model\.ts does not export what defineCriterion or defineSearch returns/,
      ],
      [
        "export default { kind: 'suite', summary: 'Mine.', settings: {}, profiles: {}, exclude: () => false }",
        /suites\/tiny\.suite\.ts\s+does\s+not\s+export\s+what\s+defineSuite\s+returns/,
      ],
      [
        tinySuite().replace("'snip'", "{ criterion: 'snip', sope: 'layer' }"),
        /criteria\.1\.sope\s+is\s+"layer".*did\s+you\s+mean\s+scope\?/s,
      ],
      [tinySuite('exclude: () => { throw new Error("oops") },'), /exclude threw .*oops/],
      [
        tinySuite().replace('seeds: [1, 2]', 'seeds: [1, 2], k: [6]'),
        /k is 6 iterations, but a whole training has 5 iterations \(1 epoch\)/,
      ],
      [tinySuite().replace("['random', 'snip']", '[]'), /criteria is empty/],
    ] as const) {
      project.write('suites/tiny.suite.ts', suite)
      const { code, stderr } = await project.run('tiny')
      expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringMatching(message) as string })
    }
  }),
)

test(
  'every engine here gives the same accuracies',
  withProject(async (project) => {
    project.write('suites/tiny.suite.ts', tinySuite())
    const accuracies = async (runtime: string) => {
      expect((await project.run('tiny', '-t', 'snip 90%', '--runtime', runtime)).code).toBe(0)
      const { cells, identity } = resultsOf(project)
      expect(identity.engine.runtime).toBe(runtime)
      const run = cells.filter(({ status }) => status === 'ok')
      return run.map(({ id, accuracy, layers }) => ({ id, accuracy, layers }))
    }
    const onnx = await accuracies('onnx')
    expect(onnx.length).toBe(2)
    expect(await accuracies('wasm')).toEqual(onnx)
    expect(await accuracies('cpu')).toEqual(onnx)
  }),
)
