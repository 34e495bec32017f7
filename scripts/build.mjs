// Builds dist/: the tfjs bundle, the kernels, the program, and its type declarations.
//   node scripts/build.mjs            everything
//   node scripts/build.mjs --if-stale  everything, unless dist/ is newer than all it is made from
//   node scripts/build.mjs --no-types  without declarations, which only other packages need
import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import asc from 'assemblyscript/asc'
import { build } from 'esbuild'
import { isStale } from './stale.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
process.chdir(root)

/** What plugins and the program import, and the bundle that stands for it. */
const tfjs = {
  '@tensorflow/tfjs-core': './tfjs/core.js',
  '@tensorflow/tfjs-backend-cpu': './tfjs/cpu.js',
  '@tensorflow/tfjs-backend-wasm': './tfjs/wasm.js',
  '@tensorflow/tfjs-backend-webgpu': './tfjs/webgpu.js',
}

const requireInEsm = {
  js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
}

// In plain Node tfjs resolves to a file without gradients; one bundle of core and backends has them all
// and shares one engine.
async function buildTfjs() {
  await build({
    entryPoints: {
      core: 'scripts/tfjs-core.entry.mjs',
      cpu: '@tensorflow/tfjs-backend-cpu',
      wasm: '@tensorflow/tfjs-backend-wasm',
      webgpu: '@tensorflow/tfjs-backend-webgpu',
    },
    outdir: 'dist/tfjs',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    mainFields: ['module', 'main'],
    banner: requireInEsm,
    define: { __dirname: 'import.meta.dirname' },
    minifySyntax: true,
    minifyWhitespace: true,
    logLevel: 'warning',
  })
}

// A kernel becomes a module whose default export is its WebAssembly, so that it is bundled like any other.
async function buildKernels() {
  mkdirSync('dist/kernels', { recursive: true })
  const { error, binary, stderr } = await compile('src/kernels/assembly/index.ts')
  if (error) throw new Error(`The kernels do not compile.\n${stderr}`, { cause: error })
  const bytes = Buffer.from(binary).toString('base64')
  writeFileSync('dist/kernels/dense-stack.js', `export default Buffer.from('${bytes}', 'base64')\n`)
  await buildThread()
}

// The source of a worker thread as a string: it can be started wherever the code around it lies.
async function buildThread() {
  const { outputFiles } = await build({
    entryPoints: ['src/kernels/dense-stack/thread-main.ts'],
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    minifySyntax: true,
    minifyWhitespace: true,
    logLevel: 'warning',
  })
  const source = JSON.stringify(outputFiles[0].text)
  writeFileSync('dist/kernels/dense-stack-thread.js', `export default ${source}\n`)
}

async function compile(source) {
  let binary
  const { error, stderr } = await asc.main(
    [
      ...[source, '--outFile', 'kernel.wasm', '--runtime', 'stub', '-O3', '--noAssert'],
      // Threads share one memory, which the host makes: of any size, up to what 32 bits address.
      ...['--enable', 'simd', '--enable', 'threads', '--importMemory', '--sharedMemory'],
      ...['--initialMemory', '1', '--maximumMemory', '65536'],
    ],
    { writeFile: (_, contents) => void (binary = contents) },
  )
  return { error, binary, stderr }
}

// What the page of a report does and looks like, as strings: a page is one file.
async function buildPage() {
  mkdirSync('dist/page', { recursive: true })
  const { outputFiles } = await build({
    entryPoints: { script: 'src/report/page/browser/main.ts', style: 'src/report/page/style.css' },
    outdir: 'dist/page',
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    target: 'es2023',
    minifyWhitespace: true,
    logLevel: 'warning',
  })
  for (const { path, text } of outputFiles) {
    const name = path.includes('style') ? 'style' : 'script'
    writeFileSync(`dist/page/${name}.js`, `export default ${JSON.stringify(text)}\n`)
  }
}

async function buildProgram() {
  const { metafile } = await build({
    metafile: true,
    entryPoints: {
      index: 'src/index.ts',
      cli: 'src/cli/main.ts',
      worker: 'src/cli/worker-main.ts',
      probe: 'src/cli/gpu/probe-main.ts',
      vitest: 'src/vitest/index.ts',
      'vitest-config': 'src/vitest/config.ts',
      ...(existsSync('bench/main.ts')
        ? { bench: 'bench/main.ts', 'gpu-check': 'bench/gpu-check/main.ts' }
        : {}),
    },
    outdir: 'dist',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    sourcemap: true,
    logLevel: 'warning',
    plugins: [
      {
        name: 'one-tfjs',
        setup(b) {
          b.onResolve(
            { filter: /^@tensorflow\/tfjs-(core|backend-cpu|backend-wasm|backend-webgpu)$/ },
            (args) => ({
              path: tfjs[args.path],
              external: true,
            }),
          )
          b.onResolve({ filter: /^prune-bench$/ }, () => ({ path: `${root}/src/index.ts` }))
        },
      },
    ],
  })
  // Shared pieces are named by their content: those of earlier builds are of no use any more.
  const made = new Set(Object.keys(metafile.outputs).map((path) => path.replace('dist/', '')))
  for (const file of readdirSync('dist'))
    if (/\.js(\.map)?$/.test(file) && !made.has(file)) rmSync(`dist/${file}`)
  chmodSync('dist/cli.js', 0o755)
}

function buildTypes() {
  rmSync('dist/types', { recursive: true, force: true })
  execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], {
    stdio: 'inherit',
  })
}

const made = [
  'dist/cli.js',
  'dist/kernels/dense-stack.js',
  'dist/kernels/dense-stack-thread.js',
  'dist/page/script.js',
  'dist/page/style.js',
]
const types = !process.argv.includes('--no-types')
if (!process.argv.includes('--if-stale') || isStale([...made, ...(types ? ['dist/types/index.d.ts'] : [])])) {
  await buildTfjs()
  await buildKernels()
  await buildPage()
  await buildProgram()
  if (types) buildTypes()
}
