import { spawnSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, expect, test } from 'vitest'

const folder = mkdtempSync(join(tmpdir(), 'prune-bench-bundle-test-'))
const parts = join(folder, 'parts')
const unpacked = join(folder, 'there')
const PART_MIB = 16

afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Makes the bundle, compressed as quickly as xz can. */
function bundle(...options: string[]) {
  const args = ['scripts/bundle.mjs', '--output', parts, '--level', '0', '--part-size', String(PART_MIB)]
  return spawnSync(process.execPath, [...args, ...options], {
    encoding: 'utf8',
    env: { ...process.env, PRUNE_BENCH_DATA: data(), PRUNE_BENCH_CACHE: join(folder, 'cache') },
  })
}

/** A user's data folder with four files that are named as MNIST's. */
function data(): string {
  const mnist = join(folder, 'data', 'mnist')
  mkdirSync(mnist, { recursive: true })
  for (const part of ['train', 't10k'])
    for (const kind of ['images-idx3', 'labels-idx1'])
      writeFileSync(join(mnist, `${part}-${kind}-ubyte.gz`), `${part} ${kind}`)
  return join(folder, 'data')
}

/** A PATH with these programs alone: no node among them. */
function pathOf(...programs: string[]): string {
  const path = mkdtempSync(join(folder, 'path-'))
  for (const name of programs) {
    const found = (process.env.PATH ?? '')
      .split(delimiter)
      .map((at) => join(at, name))
      .find((at) => existsSync(at))
    if (found === undefined) throw new Error(`${name} is not on this machine`)
    symlinkSync(found, join(path, name))
  }
  return path
}

const tools = ['sh', 'tar', 'sha256sum', 'sed', 'grep', 'sort', 'cat', 'mkdir', 'dirname']

/** Runs a shell script on what stands for a machine without Node. */
function there(path: string, cwd: string, script: string, ...args: string[]) {
  return spawnSync(join(path, 'sh'), [script, ...args], {
    cwd,
    encoding: 'utf8',
    env: { PATH: path, HOME: join(folder, 'home'), COLUMNS: '200' },
  })
}

const unpack = (path = pathOf(...tools, 'xz')) => there(path, folder, join(parts, 'unpack.sh'), unpacked)

test('a bundle runs suites on a machine without Node, in whatever portions it is brought there', () => {
  writeFileSync(join(folder, 'notes.txt'), 'taken along')
  const made = bundle('--with', join(folder, 'notes.txt'))
  expect(made.stderr).toContain('data-cifar10: left out, it is not here')
  expect(made.status).toBe(0)
  const sizes = readdirSync(parts).map((name) => statSync(join(parts, name)).size)
  expect(Math.max(...sizes)).toBe(PART_MIB * 2 ** 20)

  const late = join(parts, 'node.tar.xz.001')
  renameSync(late, `${late}.away`)
  const partial = unpack()
  expect(partial.stdout).toContain('node.tar.xz: not here yet: node.tar.xz.001\n')
  expect(partial.stdout).toContain('packages.tar.xz: unpacked\n')
  expect(partial.status).toBe(3)

  renameSync(`${late}.away`, late)
  for (const name of readdirSync(parts)) if (name.startsWith('packages.tar')) rmSync(join(parts, name))
  const whole = unpack()
  expect(whole.stdout).toContain('packages.tar.xz: unpacked before\n')
  expect(whole.stdout).toContain('node.tar.xz: unpacked\n')
  expect(whole.status).toBe(0)

  expect(readFileSync(join(unpacked, 'extra/notes.txt'), 'utf8')).toBe('taken along')
  expect(readdirSync(join(unpacked, 'data/mnist'))).toHaveLength(4)
  expect(readdirSync(unpacked)).not.toContain('src')

  const bare = pathOf('sh', 'dirname')
  const doctor = there(bare, unpacked, 'prune-bench', 'doctor')
  expect(doctor.stdout).toMatch(/onnx +\S+ on the cpu/)
  expect(doctor.stdout).toContain(`${join(unpacked, 'data')} (PRUNE_BENCH_DATA)`)
  expect(doctor.status).toBe(0)
  const suite = there(bare, unpacked, 'prune-bench', 'suites/smoke.suite.ts')
  expect(suite.stdout).toContain('assertions  3 hold')
  expect(suite.status).toBe(0)
  const bench = there(bare, unpacked, 'node', 'dist/bench.js', '--json', '--filter', 'startup', '--runs', '1')
  const commit = spawnSync('git', ['rev-parse', '--short=7', 'HEAD'], { encoding: 'utf8' }).stdout.trim()
  if (commit !== '') expect(bench.stdout).toContain(`"commit": "${commit}`)
}, 300_000)

test('what was made from the same files is not made again', () => {
  const again = bundle()
  expect(again.stderr).toMatch(/node: .* as it was/)
  expect(again.stderr).toMatch(/packages: .*, \d+ s/)
  expect(readdirSync(parts)).not.toContain('extra.tar.xz.000')
  expect(readFileSync(join(parts, 'SHA256SUMS'), 'utf8')).not.toContain('extra.tar.xz')
}, 120_000)

test('a damaged part is named and nothing is unpacked from it', () => {
  const part = join(parts, 'program.tar.xz.000')
  copyFileSync(part, `${part}.good`)
  const bytes = readFileSync(part)
  bytes[1000] = (bytes[1000] ?? 0) ^ 1
  writeFileSync(part, bytes)
  const target = join(folder, 'damaged')
  const ended = there(pathOf(...tools, 'xz'), folder, join(parts, 'unpack.sh'), target)
  renameSync(`${part}.good`, part)
  expect(ended.stderr).toContain('program.tar.xz is damaged; copy these parts again')
  expect(ended.stderr).toContain('program.tar.xz.000: FAILED')
  expect(ended.stderr).not.toContain('OK')
  expect(ended.status).toBe(1)
  expect(existsSync(join(target, 'dist'))).toBe(false)
})

test('without xz, what can stand for it is told', () => {
  const ended = unpack(pathOf(...tools))
  expect(ended.stderr).toContain('neither xz nor a python3 with lzma is here: install xz-utils')
  expect(ended.status).toBe(1)
})

test.each([
  [['--data', 'svhn'], 'there is no data set svhn to take along'],
  [['--data', 'cifar10'], 'cifar10 is not here\nPRUNE_BENCH_DATA names the folder'],
  [['--with', 'no-such-file'], 'no-such-file is not here'],
  [['--part-size', 'huge'], '--part-size is huge'],
  [['--levle', '3'], "Unknown option '--levle'"],
])('%j is refused', (options, message) => {
  const ended = bundle('--dry-run', ...options)
  expect(ended.stderr).toContain(message)
  expect(ended.status).toBe(2)
})
