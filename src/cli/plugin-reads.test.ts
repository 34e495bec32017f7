import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import * as api from '../index.ts'
import type { Suite } from '../plugin/index.ts'
import { digest } from '../values/digest.ts'
import type { Problem } from '../values/problem.ts'
import { shareModules } from './bundle.ts'
import { tinySuite } from './cli.fixture.ts'
import { load } from './load.ts'
import { packageRoot } from './project.ts'

let project: string
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'plugin-reads-'))
  shareModules({ 'prune-bench': api, '@tensorflow/tfjs-core': tf })
})
afterEach(() => {
  rmSync(project, { recursive: true })
  delete process.env.PB_TEST
})

function write(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(join(project, path)), { recursive: true })
  writeFileSync(join(project, path), content)
}

/** A criterion whose score returns what `seen` evaluates to, in a project of its own. */
async function criterion(top: string, seen = '0', more = '') {
  write(
    'criteria/mine.ts',
    `import { defineCriterion } from 'prune-bench'
${top}
export default defineCriterion({ summary: 'Mine.', needs: ['weights'], ${more} score: () => (${seen}) as never })
`,
  )
  return loaded()
}

async function loaded() {
  const files = [{ kind: 'criterion' as const, file: join(project, 'criteria', 'mine.ts') }]
  const [one] = await load<api.Criterion>(files, project, join(project, '.bundles'))
  if (one?.reads === undefined) throw new Error('nothing was recorded')
  return { ...one, reads: one.reads, seen: () => one.value.score({} as never, {}) as unknown }
}

describe('what is read when a plugin is loaded is part of its identity', () => {
  test.each<[string, string, Readonly<Record<string, string>>]>([
    ['a variable', 'const x = process.env.PB_TEST', { 'env PB_TEST': digest('one') }],
    ['one that is not set', 'const { PB_NONE } = process.env', { 'env PB_NONE': 'unset' }],
    [
      'whether there is one',
      `const x = 'PB_TEST' in globalThis.process.env`,
      { 'env PB_TEST': digest('one') },
    ],
    [
      'by the module',
      `import { env } from 'node:process'\nconst x = env.PB_TEST`,
      { 'env PB_TEST': digest('one') },
    ],
    [
      'a file',
      `import { readFileSync } from 'fs'\nconst x = readFileSync('DIR/a.txt', 'utf8')`,
      { 'file a.txt': digest('text') },
    ],
    [
      'a file by a URL',
      `import fs from 'node:fs'\nconst x = fs.readFileSync(new URL('../a.txt', import.meta.url))`,
      { 'file a.txt': digest('text') },
    ],
    [
      'a file later',
      `import { readFile } from 'node:fs/promises'\nconst x = await readFile(import.meta.dirname + '/../a.txt')`,
      { 'file a.txt': digest('text') },
    ],
    [
      'a file piece by piece',
      `import * as fs from 'node:fs'\nconst f = fs.openSync('DIR/a.txt', 'r'); fs.readSync(f, Buffer.alloc(2)); fs.closeSync(f)`,
      { 'file a.txt': digest('text') },
    ],
    [
      'a stream',
      `import { createReadStream } from 'node:fs'\nfor await (const _ of createReadStream('DIR/a.txt')) void _`,
      { 'file a.txt': digest('text') },
    ],
    [
      'a file that is not there',
      `import { readFileSync } from 'fs'\ntry { readFileSync('DIR/none') } catch {}`,
      { 'file none': 'absent' },
    ],
    [
      'what there is',
      `import fs from 'fs'\nfs.existsSync('DIR/none'); fs.statSync('DIR/a.txt')`,
      { 'presence none': 'absent', 'size a.txt': '4 bytes' },
    ],
    [
      'a folder',
      `import fs from 'fs'\nfs.readdirSync('DIR/lib')`,
      { 'folder lib': expect.any(String) as string },
    ],
    ['the machine', `import os from 'node:os'\nos.arch()`, { 'machine arch': digest(process.arch) }],
    [
      'by a name that is made at run time',
      `import { createRequire } from 'node:module'\nconst x = createRequire(import.meta.url)('../lib/' + 'b.json')`,
      { 'file lib/b.json': digest('{"b":1}') },
    ],
  ])('%s', async (_, top, reads) => {
    process.env.PB_TEST = 'one'
    write('a.txt', 'text')
    write('lib/b.json', '{"b":1}')
    const one = await criterion(top.replaceAll('DIR', project))
    expect(one.reads.settle([]).reads).toEqual(reads)
  })

  test('what a plugin wrote itself is not', async () => {
    const { reads } = await criterion(
      `import fs from 'node:fs'\nfs.writeFileSync('${project}/own', 'x'); fs.readFileSync('${project}/own')`,
    )
    expect(reads.settle([])).toEqual({ reads: {}, ignored: [] })
  })

  test('what lies beside that, what it only added to, and what lies beside its temporary folder are reads', async () => {
    write('own.txt', 'x')
    write('own', 'there before')
    write('tmp/other.txt', 'x')
    const { reads } = await criterion(
      `import fs from 'node:fs'
fs.writeFileSync('${project}/own.t', 'x'); fs.readFileSync('${project}/own.txt')
fs.writeFileSync('${project}/own', 'x', { flag: 'a' }); fs.readFileSync('${project}/own')
const made = fs.mkdtempSync('${project}/tmp/'); fs.appendFileSync(made + '/a', 'x'); fs.readFileSync(made + '/a')
fs.readFileSync('${project}/tmp/other.txt')`,
    )
    expect(Object.keys(reads.settle([]).reads)).toEqual(['file own.txt', 'file own', 'file tmp/other.txt'])
  })

  test('the names of variables, where all are listed, but only values that are asked for', async () => {
    process.env.PB_TEST = 'one'
    const { reads } = await criterion(
      `const x = Object.keys(process.env).filter((name) => name === 'PB_TEST').map((name) => process.env[name])`,
    )
    expect(Object.keys(reads.settle([]).reads).sort()).toEqual(['env PB_TEST', 'env-names'])
  })

  test('a file that changed makes another module of the same source', async () => {
    write('a.txt', 'text')
    const top = `import { readFileSync } from 'fs'\nconst x = readFileSync('${project}/a.txt', 'utf8')`
    const before = await criterion(top, 'x')
    expect(before.reads.files).toEqual([join(project, 'a.txt')])
    before.reads.settle([])
    expect((await loaded()).value).toBe(before.value)
    write('a.txt', 'other')
    const after = await loaded()
    expect(after.bundle.digest).toBe(before.bundle.digest)
    expect(after.seen()).toBe('other')
    expect(after.reads.settle([]).reads).toEqual({ 'file a.txt': digest('other') })
  })
})

describe('what no key can hold is refused, with the place', () => {
  test.each([
    ['Math.random', 'const x = Math.random()', 'random', 'random numbers'],
    ['an alias of it', 'const { random } = Math\nrandom()', 'random', 'random numbers'],
    ['a global of it', 'globalThis.Math.random()', 'random', 'random numbers'],
    ['crypto', 'crypto.randomUUID()', 'random', 'random numbers'],
    [
      'the module crypto',
      `import { randomBytes } from 'node:crypto'\nrandomBytes(4)`,
      'random',
      'random numbers',
    ],
    ['Date.now', 'Date.now()', 'clock', 'the clock'],
    ['new Date', 'new Date()', 'clock', 'the clock'],
    ['performance', 'performance.now()', 'clock', 'the clock'],
    ['hrtime', 'process.hrtime()', 'clock', 'the clock'],
    ['fetch', `fetch('data:,').catch(() => 0)`, 'network', 'the network'],
    [
      'http',
      `import http from 'http'\nhttp.get('http://localhost:1').on('error', () => 0)`,
      'network',
      'the network',
    ],
    ['the standard input', 'process.stdin.readable', 'stdin', 'the standard input'],
    [
      'the standard input as a file',
      `import fs from 'node:fs'\ntry { fs.readvSync(0, []) } catch {}`,
      'stdin',
      'the standard input',
    ],
    [
      'a process',
      `import { execFileSync } from 'node:child_process'\nexecFileSync('true')`,
      'child-process',
      'a child process',
    ],
    [
      'a thread',
      `import { Worker } from 'node:worker_threads'\nnew Worker('0', { eval: true })`,
      'thread',
      'a thread',
    ],
    [
      'code as a string',
      `import vm from 'vm'\nvm.runInNewContext('1')`,
      'foreign-code',
      'code that is not in its bundle',
    ],
  ])('%s', async (_, top, name, words) => {
    const { reads } = await criterion(top)
    let problem: Problem | undefined
    try {
      reads.settle([])
    } catch (error) {
      problem = error as Problem
    }
    expect(problem?.message).toContain(`the criterion mine reads ${words}`)
    expect(problem?.hint).toContain(`ignoredReads: ["${name}"]`)
    expect(reads.settle([name])).toEqual({ reads: {}, ignored: [name] })
  })

  test('a device, which gives something else each time', async () => {
    const { reads } = await criterion(
      `import fs from 'node:fs'\nfs.readSync(fs.openSync('/dev/urandom', 'r'), Buffer.alloc(4))`,
    )
    expect(() => reads.settle([])).toThrow('/dev/urandom, which no result can be stored by')
  })

  test.each([
    ['util.shuffle([1, 2])', 'random numbers'],
    ['util.createShuffledIndices(3)', 'random numbers'],
    ['util.randUniform(0, 1)', 'random numbers'],
    ['util.now()', 'the clock'],
    ['randomNormal([2])', 'random numbers'],
    ['randomStandardNormal([2])', 'random numbers'],
    ['randomUniform([2], 0, 1)', 'random numbers'],
    ['randomUniformInt([2], 0, 9, 0)', 'random numbers'],
    ['truncatedNormal([2])', 'random numbers'],
    ['randomGamma([2], 1)', 'random numbers'],
    ['multinomial([0.5, 0.5], 3)', 'random numbers'],
    ['dropout([1, 2], 0.5)', 'random numbers'],
  ])('tf.%s', async (call, what) => {
    const one = await criterion(
      `import * as tf from '@tensorflow/tfjs-core'\nimport { tf as same } from 'prune-bench'`,
      `[tf.util.sizeFromShape([2, 3]), same.util === tf.util, tf.${call}]`,
    )
    expect(one.seen).toThrow(`reads ${what}, which no result can be stored by`)
  })

  test('random numbers with a seed of their own are no reads', async () => {
    const { reads, seen } = await criterion(
      `import * as tf from '@tensorflow/tfjs-core'`,
      'tf.randomUniform([3], 0, 1, "float32", 7)',
    )
    // No engine is there to compute them.
    expect(seen).not.toThrow('reads random numbers')
    expect(reads.settle([]).reads).toEqual({})
  })

  test('dates that are given and other functions of Math are no reads', async () => {
    const { reads, seen } = await criterion(
      'const M = Math\nconst x = [new Date(5).getTime(), Date.UTC(1970, 0), M.floor(1.5), new Date(0) instanceof Date]',
      'x',
    )
    expect(reads.settle([]).reads).toEqual({})
    expect(seen()).toEqual([5, 0, 1, true])
  })
})

describe('after planning', () => {
  test('only what was read then may be read, with the same answer', async () => {
    write('a.txt', 'text')
    const one = await criterion(
      `import { readFileSync } from 'fs'\nconst read = () => readFileSync('${project}/a.txt', 'utf8')\nread()`,
      'read()',
    )
    one.reads.settle([])
    expect(one.seen()).toBe('text')
    expect(one.reads.violation).toBeUndefined()
    write('a.txt', 'other')
    expect(one.seen).toThrow('reads the file a.txt, which changed since the suite was planned')
  })

  test('what was not read then is refused, told how to declare it, and remembered where it is caught', async () => {
    write('a.txt', 'text')
    const one = await criterion(
      `import { readFileSync } from 'fs'\nconst read = () => { try { return readFileSync('${project}/a.txt', 'utf8') } catch { return 'nothing' } }`,
      'read()',
    )
    one.reads.settle([])
    expect(one.seen()).toBe('nothing')
    expect(one.reads.violation?.message).toContain(
      'reads the file a.txt, which was not read when the suite was planned',
    )
    expect(one.reads.violation?.hint).toContain('at the top of the file, or import it')
  })

  test.each(['Math.random()', 'Date.now()', 'process.env.PB_TEST'])('%s, too', async (seen) => {
    const one = await criterion('', seen)
    one.reads.settle([])
    expect(one.seen).toThrow('the criterion mine reads')
    one.reads.reopen()
    one.reads.settle(['random', 'clock', 'env PB_TEST'])
    expect(one.seen).not.toThrow()
  })
})

describe('files as inputs', () => {
  test.each(['safetensors', 'npy', 'bin', 'onnx'])(
    '*.%s is imported as bytes, and keyed by content',
    async (extension) => {
      write(`criteria/trained.${extension}`, Uint8Array.of(0, 0, 128, 63))
      const top = `import trained from './trained.${extension}'`
      const one = await criterion(top, 'trained')
      // as the shipped declarations say it
      const content = one.seen() as (typeof import('./trained.safetensors'))['default']
      expect(content).toEqual(Uint8Array.of(0, 0, 128, 63))
      expect(new Float32Array(content.buffer)).toEqual(Float32Array.of(1))
      expect(one.bundle.inputs).toContain(join(project, 'criteria', `trained.${extension}`))
      write(`criteria/trained.${extension}`, new Uint8Array(4))
      const other = await loaded()
      expect(other.bundle.digest).not.toBe(one.bundle.digest)
      expect(other.seen()).toEqual(new Uint8Array(4))
      expect(one.reads.settle([]).reads).toEqual({})
    },
  )

  test('JSON is imported as its value', async () => {
    write('criteria/table.json', '{"a":[1,2]}')
    expect((await criterion(`import table from './table.json'`, 'table')).seen()).toEqual({ a: [1, 2] })
  })

  test('one that changed after it was bundled is not taken for the other', async () => {
    write('criteria/trained.bin', 'a')
    const made = await criterion(`import trained from './trained.bin'`, 'trained')
    const clone = mkdtempSync(join(tmpdir(), 'plugin-reads-'))
    cpSync(project, clone, { recursive: true })
    writeFileSync(join(clone, 'criteria', 'trained.bin'), 'b')
    const { openBundle } = await import('../reads/index.ts')
    const file = join(clone, '.bundles', `${made.bundle.digest}.mjs`)
    const { url } = openBundle(file, { root: clone, recorded: undefined })
    await expect(import(url)).rejects.toThrow('criteria/trained.bin changed since')
    rmSync(clone, { recursive: true })
  })

  test('the place of a file is its source, also in packages, and a bundle is the same in every clone', async () => {
    write('node_modules/esm/package.json', '{"type":"module","main":"index.js"}')
    write('node_modules/esm/index.js', 'export const esm = [import.meta.url, import.meta.filename]')
    write('node_modules/cjs/package.json', '{"main":"lib/index.js"}')
    write(
      'node_modules/cjs/lib/index.js',
      `#!/usr/bin/env node\n'use strict'\nconst fs = require('fs')\nexports.cjs = [__dirname, __filename, fs.existsSync(__filename)]`,
    )
    const top = `import { esm } from 'esm'\nimport { cjs } from 'cjs'`
    const seen =
      '[import.meta.url, import.meta.dirname, import.meta.filename, __dirname, __filename, esm, cjs]'
    const one = await criterion(top, seen)
    const found = JSON.parse(JSON.stringify(one.seen()).replaceAll(project, '')) as unknown
    expect(found).toEqual([
      'file:///criteria/mine.ts',
      '/criteria',
      '/criteria/mine.ts',
      '/criteria',
      '/criteria/mine.ts',
      ['file:///node_modules/esm/index.js', '/node_modules/esm/index.js'],
      ['/node_modules/cjs/lib', '/node_modules/cjs/lib/index.js', true],
    ])
    const { reads } = one.reads.settle([])
    expect(reads).toEqual({ 'presence node_modules/cjs/lib/index.js': 'file' })
    const [before, clone] = [project, mkdtempSync(join(tmpdir(), 'plugin-reads-clone-'))]
    cpSync(project, clone, { recursive: true })
    project = clone
    const other = await loaded()
    expect(other.bundle.digest).toBe(one.bundle.digest)
    expect(other.reads.settle([]).reads).toEqual(reads)
    rmSync(before, { recursive: true })
  })

  test('native addons are loaded, from where they are', async () => {
    const bindings = join(packageRoot, 'node_modules', 'onnxruntime-node', 'bin')
    const addon = (readdirSync(bindings, { recursive: true }) as string[]).find(
      (name) => name.includes(join(process.platform, process.arch)) && name.endsWith('.node'),
    )
    write('node_modules/native/package.json', '{"main":"index.js"}')
    const folder = dirname(join(bindings, addon ?? ''))
    cpSync(folder, join(project, 'node_modules/native/build'), { recursive: true })
    const name = `./build/${addon?.split(/[\\/]/).at(-1) ?? ''}`
    write('node_modules/native/index.js', `module.exports = Object.keys(require('${name}'))`)
    const one = await criterion(`import names from 'native'`, 'names')
    expect(one.seen()).toContain('InferenceSession')
    write(
      'node_modules/native/index.js',
      `module.exports = Object.keys(require(require('path').join(__dirname, '${name}')))`,
    )
    expect((await loaded()).seen()).toContain('InferenceSession')
  })
})

test('suites and data sets may read what they like: settings and content are what results depend on', async () => {
  write(
    'suites/own.suite.ts',
    tinySuite().replace("'Tiny.'", 'String([typeof Math.random(), Date.now() > 0])'),
  )
  const [suite] = await load<Suite>(
    [{ kind: 'suite', file: join(project, 'suites/own.suite.ts') }],
    project,
    join(project, '.bundles'),
  )
  expect(suite).toMatchObject({ value: { summary: 'number,true' }, reads: undefined })
})
