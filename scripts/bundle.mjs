// Makes a copy of prune-bench for a machine without network and without Node: see `help` below.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { BundleError } from './bundle/bundle-error.mjs'
import { contents, dataSets } from './bundle/contents.mjs'
import { contentDigest, sizeOf } from './bundle/files.mjs'
import { readManifest, reusable, writeManifest } from './bundle/manifest.mjs'
import { pack } from './bundle/pack.mjs'
import { isStale } from './stale.mjs'

const help = `Makes a self-contained copy of prune-bench: this Node, the program with the packages it needs, data.

Usage: npm run bundle -- [options]

  --output DIR     where the parts go; bundle by default
  --part-size MIB  no part is larger; 64 by default
  --data NAMES     ${Object.keys(dataSets).join(',')}: by default those that PRUNE_BENCH_DATA or the cache has
  --without-data   none of them
  --tests          vitest and the tests too, for npm run test:gpu's tests there
  --with FILE      a further file, under extra/ there; a .deb is unpacked, its libraries are found. Repeat it for more
  --level 0..9     of xz; 6 by default, 0 is quick and large
  --dry-run        only say what would be packed

Archives that are there already from the same files are not made again. There: sh unpack.sh [DIR]
`

const root = resolve(fileURLToPath(new URL('..', import.meta.url)))

/** Where files that git does not know are bundled, or built into what is. */
const sources = ['src', 'bench', 'criteria', 'models', 'suites', 'scripts/bundle/launch']

try {
  await main(process.argv.slice(2))
} catch (error) {
  if (!(error instanceof BundleError)) throw error
  console.error(`${error.message}\n${error.hint}`)
  process.exitCode = 2
}

async function main(argv) {
  const request = requestOf(argv)
  if (request.help) return void process.stdout.write(help)
  if (isStale(['dist/cli.js', 'dist/bench.js'].map((file) => join(root, file))))
    throw new BundleError('dist/ is missing or older than its sources', 'run npm run build first')
  const scratch = mkdtempSync(join(tmpdir(), 'prune-bench-bundle-'))
  try {
    const archives = contents({ ...request, root, scratch, commit: commitOf() })
    for (const archive of archives)
      console.error(`${archive.name}: ${archive.files.length} files, ${mib(sizeOf(archive.files))}`)
    if (request.dryRun) return
    await makeAll(archives, request, scratch)
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

async function makeAll(archives, { output, partBytes, level }, scratch) {
  mkdirSync(output, { recursive: true })
  const script = join(root, 'scripts/bundle/unpack.sh')
  const listed = new Map(readManifest(output).map((archive) => [archive.name, archive]))
  for (const [name, { parts }] of listed) {
    if (archives.some((archive) => archive.name === name)) continue
    for (const { file } of parts) rmSync(join(output, file), { force: true })
    listed.delete(name)
  }
  for (const archive of archives) {
    const digest = contentDigest(archive, { partBytes, level })
    const kept = reusable(listed.get(archive.name), digest, output)
    const started = performance.now()
    if (!kept) {
      // What is being made is not listed, so that a run that is cut off leaves nothing that looks whole.
      listed.delete(archive.name)
      writeManifest(output, [...listed.values()], script)
      const parts = await pack(archive, { output, partBytes, level, scratch })
      listed.set(archive.name, { name: archive.name, digest, parts })
      writeManifest(output, [...listed.values()], script)
    }
    const seconds = ((performance.now() - started) / 1000).toFixed(0)
    tellMade(listed.get(archive.name), kept ? 'as it was' : `${seconds} s`)
  }
  writeManifest(output, [...listed.values()], script)
  console.error(`\nTake what is in ${output} to the machine, all at once or part by part, then: sh unpack.sh`)
}

function tellMade({ name, parts }, how) {
  const bytes = parts.reduce((sum, part) => sum + part.bytes, 0)
  console.error(`${name}: ${mib(bytes)} in ${parts.length} part${parts.length === 1 ? '' : 's'}, ${how}`)
}

function requestOf(argv) {
  const options = {
    output: { type: 'string', default: 'bundle' },
    'part-size': { type: 'string', default: '64' },
    data: { type: 'string' },
    'without-data': { type: 'boolean', default: false },
    tests: { type: 'boolean', default: false },
    with: { type: 'string', multiple: true, default: [] },
    level: { type: 'string', default: '6' },
    'dry-run': { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  }
  const { values } = parsed(argv, options)
  const mibs = Number(values['part-size'])
  if (!(mibs > 0)) throw usage(`--part-size is ${values['part-size']}, not a number of MiB above 0`)
  if (!/^[0-9]$/.test(values.level)) throw usage(`--level is ${values.level}, not one of 0 to 9`)
  return {
    output: resolve(values.output),
    partBytes: Math.floor(mibs * 2 ** 20),
    level: Number(values.level),
    data: values['without-data'] ? [] : values.data?.split(','),
    tests: values.tests,
    extra: values.with,
    dryRun: values['dry-run'],
    help: values.help,
  }
}

function parsed(argv, options) {
  try {
    return parseArgs({ args: argv, options })
  } catch (error) {
    throw usage(error.message)
  }
}

function usage(message) {
  return new BundleError(message, 'npm run bundle -- --help shows the options')
}

/** The commit that is bundled, as a published package has it, with `+` where files differ; null outside a checkout. */
function commitOf() {
  const git = (...args) =>
    execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  try {
    const changed = git('status', '--porcelain', '--untracked-files=no')
    const added = git('ls-files', '--others', '--exclude-standard', '--', ...sources)
    return git('rev-parse', 'HEAD') + (changed || added ? '+' : '')
  } catch (error) {
    // Git is not here, or this is no checkout of it.
    if (error.code !== 'ENOENT' && error.status === undefined) throw error
    return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).gitHead ?? null
  }
}

function mib(bytes) {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`
}
