import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { BundleError } from './bundle-error.mjs'
import { filesUnder } from './files.mjs'

const { platform, arch } = process

/** Packages that have files for every platform, and which of these are for this one. */
const forThisPlatform = {
  'onnxruntime-node': (path) => !path.startsWith('bin/') || path.includes(`/${platform}/${arch}/`),
  webgpu: (path) =>
    !path.startsWith('dist/') ||
    [arch, 'universal'].some((one) => path.startsWith(`dist/${platform}-${one}/`)),
}

/** What is bundled into dist/ already: unless tfjs-node needs it too, only binaries are still read from the package. */
const bundledAlready = /^@tensorflow\/tfjs-(core|backend-\w+)$/

/**
 * The files of the packages that the program needs to run, of further engines that are installed, and of the packages
 * `besides`; for this platform.
 */
export function packagesNeeded(root, besides) {
  const { dependencies, peerDependencies } = manifest(root)
  const needed = new Map()
  for (const name of [...Object.keys(dependencies), ...besides])
    if (!follow(name, root, root, needed))
      throw new BundleError(`the package ${name} is not installed`, 'run npm ci first')
  for (const name of Object.keys(peerDependencies)) if (name !== 'vitest') follow(name, root, root, needed)
  const tfjsNode = [...needed.values()].some((name) => name.startsWith('@tensorflow/tfjs-node'))
  return [...needed].flatMap(([folder, name]) =>
    packageFiles(root, folder, name, !tfjsNode && bundledAlready.test(name)),
  )
}

/** Adds the package that `name` means in `from`, and all that it needs; false where it is not installed. */
function follow(name, from, root, needed) {
  const folder = installed(name, from, root)
  if (folder === undefined) return false
  if (needed.has(folder)) return true
  needed.set(folder, name)
  const {
    dependencies = {},
    optionalDependencies = {},
    peerDependencies = {},
    peerDependenciesMeta = {},
  } = manifest(folder)
  const peers = Object.keys(peerDependencies).filter((peer) => peerDependenciesMeta[peer]?.optional !== true)
  for (const other of Object.keys({ ...dependencies, ...optionalDependencies }).concat(peers)) {
    if (follow(other, folder, root, needed) || other in optionalDependencies) continue
    throw new BundleError(`${name} needs the package ${other}, which is not installed`, 'run npm ci first')
  }
  return true
}

/** Where Node finds a package: in the nearest node_modules upwards, no further than the root's. */
function installed(name, from, root) {
  for (let at = from; ; at = dirname(at)) {
    const folder = join(at, 'node_modules', name)
    if (existsSync(join(folder, 'package.json'))) return folder
    if (at === root) return undefined
  }
}

function packageFiles(root, folder, name, binariesOnly) {
  const here = forThisPlatform[name] ?? (() => true)
  const read = binariesOnly
    ? (path) => path === 'package.json' || path.endsWith('.wasm')
    : (path) => !/(^|\/)node_modules\/|\.map$|\.d\.[cm]?ts$/.test(path)
  const files = filesUnder(folder, folder.slice(root.length), (path) => here(path) && read(path))
  if (name in forThisPlatform && !files.some(({ to }) => to.endsWith('.node')))
    throw new BundleError(
      `${name} has no binary for ${platform} ${arch}`,
      'make the bundle on a platform that it supports',
    )
  return files
}

function manifest(folder) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
}
