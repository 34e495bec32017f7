import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { execFileSync } from 'node:child_process'
import { homedir } from 'node:os'
import { basename, join } from 'node:path'
import { BundleError } from './bundle-error.mjs'
import { filesUnder } from './files.mjs'
import { packagesNeeded } from './packages.mjs'

/** Data sets that can be taken along: where a user has them, which files they are, and how xz makes them smaller. */
export const dataSets = {
  mnist: {
    folder: 'mnist',
    cached: 'mnist',
    names: ['train', 't10k'].flatMap((part) => [`${part}-images-idx3-ubyte`, `${part}-labels-idx1-ubyte`]),
    filter: [],
  },
  // A pixel is more like its neighbour than like anything else: differences take an eighth less room.
  cifar10: {
    folder: 'cifar-10-batches-bin',
    cached: 'cifar10/cifar-10-batches-bin',
    names: [...[1, 2, 3, 4, 5].map((i) => `data_batch_${i}.bin`), 'test_batch.bin'],
    filter: ['--delta=dist=1'],
  },
}

/**
 * The archives of a bundle. What changes rarely lies apart from what changes often, so that only the latter is made and
 * carried again.
 */
export function contents(request) {
  const archives = [
    { name: 'node', files: [{ from: ownNode(), to: 'bin/node' }] },
    { name: 'packages', files: packagesNeeded(request.root, request.tests ? ['vitest'] : []) },
    { name: 'program', files: program(request) },
    ...dataArchives(request.data),
    ...(request.extra.length === 0 ? [] : [{ name: 'extra', files: extraFiles(request) }]),
  ]
  return archives.map(({ name, files, filter = [] }) => ({
    name,
    files: files.toSorted((a, b) => (a.to < b.to ? -1 : 1)),
    filter,
  }))
}

function ownNode() {
  const shared = Object.entries(process.config.variables).find(
    ([name, on]) => name.startsWith('node_shared') && on === true,
  )
  if (shared === undefined) return process.execPath
  throw new BundleError(
    `${process.execPath} needs libraries of this machine (${shared[0]})`,
    'run this script with the Node of nodejs.org, which stands alone',
  )
}

function program({ root, tests, commit }) {
  const under = (folder, wanted) => filesUnder(join(root, folder), folder, wanted)
  const isTest = (path) => /\.test\.ts$|__snapshots__|README\.md$/.test(path)
  const about = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  return [
    // As npm does it: what was measured there can be told by its commit.
    { to: 'package.json', text: `${JSON.stringify({ ...about, gitHead: commit }, null, 2)}\n` },
    { from: join(root, 'LICENSE'), to: 'LICENSE' },
    ...under('dist', (path) => !path.startsWith('types/') && !path.endsWith('.map')),
    ...['criteria', 'models', 'suites'].flatMap((folder) => under(folder, (path) => tests || !isTest(path))),
    ...under('bench/peers'),
    ...['prune-bench', 'node'].map((name) => ({ from: join(root, 'scripts/bundle/launch', name), to: name })),
    { from: join(root, 'scripts/bundle/launch/environment.sh'), to: 'bin/environment.sh' },
    ...(tests ? [...under('src'), ...configurations(root)] : []),
  ]
}

/** What vitest reads beside the tests. */
function configurations(root) {
  const names = readdirSync(root).filter((name) => /^vitest[\w.]*\.ts$/.test(name))
  return [...names, 'scripts/build-once.ts'].map((name) => ({ from: join(root, name), to: name }))
}

function dataArchives(asked) {
  const names = asked ?? Object.keys(dataSets)
  return names.flatMap((name) => {
    const set = dataSets[name]
    if (set === undefined)
      throw new BundleError(
        `there is no data set ${name} to take along`,
        `there are ${Object.keys(dataSets).join(', ')}`,
      )
    const files = dataFiles(set)
    if (files !== undefined) return [{ name: `data-${name}`, files, filter: set.filter }]
    const where = 'PRUNE_BENCH_DATA names the folder that has it'
    if (asked !== undefined) throw new BundleError(`${name} is not here`, where)
    console.error(`data-${name}: left out, it is not here (${where})`)
    return []
  })
}

/** The files of a data set, of the first folder that has them all; each as it is there, plain or .gz. */
function dataFiles({ folder, cached, names }) {
  const { PRUNE_BENCH_DATA: user, PRUNE_BENCH_CACHE: cache, XDG_CACHE_HOME: xdg } = process.env
  const cacheFolder = cache || join(xdg || join(homedir(), '.cache'), 'prune-bench')
  return [...(user ? [join(user, folder)] : []), join(cacheFolder, cached)]
    .map((from) =>
      names.flatMap((name) =>
        [name, `${name}.gz`]
          .filter((file) => existsSync(join(from, file)))
          .slice(0, 1)
          .map((file) => ({ from: join(from, file), to: join('data', folder, file) })),
      ),
    )
    .find((files) => files.length === names.length)
}

function extraFiles({ extra, scratch }) {
  return extra.flatMap((file) => {
    if (!existsSync(file)) throw new BundleError(`${file} is not here`, '--with takes the path of a file')
    if (!file.endsWith('.deb')) return [{ from: file, to: join('extra', basename(file)) }]
    const folder = join(scratch, basename(file))
    mkdirSync(folder)
    try {
      execFileSync('dpkg-deb', ['-x', file, folder], { stdio: ['ignore', 'ignore', 'pipe'] })
    } catch (error) {
      throw new BundleError(
        `${file} cannot be unpacked: ${error.stderr?.toString().trim() || error.message}`,
        'it takes dpkg-deb and a package that is whole',
      )
    }
    return filesUnder(folder, 'extra')
  })
}
