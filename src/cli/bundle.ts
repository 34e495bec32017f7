import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { HOST_LINE, withoutChance } from '../reads/index.ts'
import { partialName, removePartials } from '../values/partial-files.ts'
import { digest, type Digest } from '../values/digest.ts'
import { makeFolders } from '../values/make-folders.ts'
import { Problem } from '../values/problem.ts'
import { bundleRules, defined, virtual } from './bundle-rules.ts'

/** A plugin or suite made loadable: its bytes are its identity. */
export interface Bundle {
  /** The source file. */
  readonly source: string
  readonly digest: Digest
  /** The JavaScript module to import. */
  readonly file: string
  /** Every file that went into it, the source itself among them. */
  readonly inputs: readonly string[]
}

/** Packages that a plugin shares with the program that loads it. */
const SHARED = /^(prune-bench|@tensorflow\/tfjs-core)$/
const SHARED_MODULES = Symbol.for('prune-bench.modules')
const SHARED_NAMESPACE = 'shared'

/** Makes the program's own copies of the shared packages visible to bundles; call it before importing one. */
export function shareModules(modules: Readonly<Record<string, object>>): void {
  Object.assign(globalThis, { [SHARED_MODULES]: withoutChance(modules) })
}

/**
 * Bundles TypeScript files, each with everything it imports but the shared packages, into `folder`, named by
 * digest. White space and comments are dropped, so that they do not change a plugin's identity.
 * What else it reads goes through its host (`src/reads`).
 * Throws a `Problem` with the place of the first syntax error or unknown import.
 */
export async function bundle(
  sources: readonly string[],
  root: string,
  folder: string,
): Promise<readonly Bundle[]> {
  // esbuild is loaded here, where it is used: a command that bundles nothing does not pay for it.
  const esbuild = await import('esbuild')
  const result = await esbuild
    .build({
      entryPoints: sources.map((source, i) => ({ in: source, out: String(i) })),
      outdir: folder,
      absWorkingDir: root,
      write: false,
      metafile: true,
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      minifyWhitespace: true,
      legalComments: 'none',
      sourcemap: 'external',
      logLevel: 'silent',
      define: defined,
      // what is imported by a name made at run time goes through `require`, which the host gives
      supported: { 'dynamic-import': false },
      plugins: [sharedModules, bundleRules(root)],
    })
    .catch((error: unknown) => {
      throw syntaxProblem(error, root)
    })
  const outputs = new Map(result.outputFiles.map((output) => [output.path, output]))
  const inputs = new Map(
    Object.entries(result.metafile.outputs).map(([output, made]) => [
      resolve(root, output),
      Object.keys(made.inputs)
        .filter((input) => !virtual.test(input))
        .map((input) => resolve(root, input)),
    ]),
  )
  return writing(folder, () =>
    sources.map((source, i) => {
      const code = outputs.get(join(folder, `${i}.js`))
      const map = outputs.get(join(folder, `${i}.js.map`))
      if (!code || !map) throw new Error(`esbuild gave no output for ${source}`)
      const id = digest(code.contents)
      const file = join(folder, `${id}.mjs`)
      const hosted = /\b__pruneBench\b|\b__require=/.test(code.text)
      writeIfChanged(`${file}.map`, hosted ? oneLineDown(map.text) : map.text)
      const first = hosted ? `${HOST_LINE}\n` : ''
      writeIfChanged(file, `${first}${code.text}\n//# sourceMappingURL=${id}.mjs.map\n`)
      return { source, digest: id, file, inputs: inputs.get(code.path) ?? [source] }
    }),
  )
}

function writing<T>(folder: string, work: () => T): T {
  try {
    makeFolders(folder)
    removePartials(folder)
    return work()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error
    throw new Problem(
      'infrastructure',
      `bundled plugins cannot be written to ${folder}: ${(error as Error).message}`,
      {
        hint: 'make room, or set PRUNE_BENCH_CACHE to a folder that can be written',
        cause: error,
      },
    )
  }
}

const sharedModules: import('esbuild').Plugin = {
  name: 'shared-modules',
  setup(build) {
    build.onResolve({ filter: SHARED }, ({ path }) => ({ path, namespace: SHARED_NAMESPACE }))
    build.onLoad({ filter: /.*/, namespace: SHARED_NAMESPACE }, ({ path }) => ({
      contents: `module.exports = globalThis[Symbol.for('prune-bench.modules')][${JSON.stringify(path)}]`,
    }))
  },
}

function syntaxProblem(error: unknown, root: string): unknown {
  const first = (error as Partial<import('esbuild').BuildFailure>).errors?.[0]
  if (!first) return error
  const { text, location } = first
  return new Problem('usage', location ? `${location.file}:${location.line}: ${text}` : text, {
    hint: 'correct the file and run again',
    ...(location
      ? { place: { file: join(root, location.file), line: location.line, column: location.column } }
      : {}),
    cause: error,
  })
}

/** A source map of code that a line was put before. */
function oneLineDown(map: string): string {
  const parsed = JSON.parse(map) as { mappings: string }
  return JSON.stringify({ ...parsed, mappings: `;${parsed.mappings}` })
}

function writeIfChanged(file: string, text: string): void {
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return
  const partial = join(dirname(file), partialName())
  writeFileSync(partial, text)
  renameSync(partial, file)
}
