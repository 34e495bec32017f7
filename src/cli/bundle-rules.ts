import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { extname, relative, sep } from 'node:path'
import type { Loader, Plugin } from 'esbuild'
import { globalNames, recordedModule } from '../reads/index.ts'

/** Files that are imported as bytes. */
const BYTES = /\.(safetensors|npy|npz|bin|onnx|wasm)$/
const RECORDED = 'recorded'

/** Namespaces of modules that are no files. */
export const virtual = /^(shared|recorded):/

/** Names that mean the source file, and those that tell more than what a plugin is given, as its bundle finds them. */
export const defined: Readonly<Record<string, string>> = {
  'import.meta': '__here',
  __dirname: '__here.dirname',
  __filename: '__here.filename',
  global: '__pruneBench.globalThis',
  ...Object.fromEntries(
    globalNames.filter((name) => name !== 'Math').map((name) => [name, `__pruneBench.${name}`]),
  ),
}

/**
 * Makes bundles read through their host (`src/reads`), and lets them import files. Files are named by their path from the
 * project's folder and by content, so that a bundle is the same in every clone.
 */
export function bundleRules(root: string): Plugin {
  const idOf = (path: string) => JSON.stringify(relative(root, path).split(sep).join('/'))
  const named = (path: string) =>
    `${idOf(path)},"${createHash('sha256').update(readFileSync(path)).digest('hex')}"`
  return {
    name: 'bundle-rules',
    setup(build) {
      build.onResolve({ filter: /^(node:)?[a-z_\d/]+$/ }, ({ path }) => {
        const module = recordedModule(path)
        return module === undefined ? undefined : { path: module, namespace: RECORDED }
      })
      build.onLoad({ filter: /.*/, namespace: RECORDED }, ({ path }) => ({
        contents: `module.exports=__pruneBench.builtin(${JSON.stringify(path)})`,
      }))
      build.onLoad({ filter: BYTES }, ({ path }) => ({
        contents: `export default __pruneBench.file(${named(path)})`,
      }))
      build.onLoad({ filter: /\.node$/ }, ({ path }) => ({
        contents: `module.exports=__pruneBench.addon(${named(path)})`,
      }))
      build.onLoad({ filter: /\.[cm]?[jt]sx?$/ }, ({ path }) => {
        const text = readFileSync(path, 'utf8')
        const first = firstStatements(text, idOf(path))
        return first === '' ? undefined : { contents: put(first, text), loader: loaderOf(path) }
      })
    },
  }
}

/** Declarations that a file needs for names that no bundler can replace everywhere. A match in a comment does no harm. */
function firstStatements(text: string, id: string): string {
  return [
    /\bimport\.meta\b|\b__(dir|file)name\b/.test(text)
      ? `var __here=/*@__PURE__*/__pruneBench.here(${id});`
      : '',
    // any use but of another of its functions by name, as in Math.floor
    /\bMath\b(?!\s*\??\.\s*(?!random\b)[A-Za-z])/.test(text) ? 'var Math=__pruneBench.Math;' : '',
    /\bglobalThis\b/.test(text) ? 'var globalThis=__pruneBench.globalThis;' : '',
  ].join('')
}

/** On the first line, or after a line that starts a script, so that other lines keep their numbers. */
function put(statements: string, text: string): string {
  const at = text.startsWith('#!') ? text.indexOf('\n') + 1 : 0
  return `${text.slice(0, at)}${statements}${text.slice(at)}`
}

function loaderOf(path: string): Loader {
  const [, language = 'js', x = ''] = /([jt]s)(x?)$/.exec(extname(path)) ?? []
  // what is called .js may hold JSX for esbuild only where it is told so
  return `${language as 'js' | 'ts'}${x as '' | 'x'}`
}
