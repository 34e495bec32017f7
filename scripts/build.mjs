// Builds dist/: the tfjs bundle, the program, and its type declarations.
//   node scripts/build.mjs            everything
//   node scripts/build.mjs --tfjs     only the tfjs bundle, which the tests need
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
const { version } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8'))
process.chdir(root)

/** What plugins and the program import, and the bundle that stands for it. */
const tfjs = {
  '@tensorflow/tfjs-core': './tfjs/core.js',
  '@tensorflow/tfjs-backend-cpu': './tfjs/cpu.js',
  '@tensorflow/tfjs-backend-wasm': './tfjs/wasm.js',
}

const requireInEsm = {
  js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
}

// In plain Node tfjs resolves to a file without gradients; one bundle of core and backends has them all
// and shares one engine.
async function buildTfjs() {
  await build({
    stdin: undefined,
    entryPoints: {
      core: 'scripts/tfjs-core.entry.mjs',
      cpu: '@tensorflow/tfjs-backend-cpu',
      wasm: '@tensorflow/tfjs-backend-wasm',
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

async function buildProgram() {
  await build({
    entryPoints: {
      index: 'src/index.ts',
      cli: 'src/cli/main.ts',
      worker: 'src/cli/worker-main.ts',
      ...(existsSync('bench/main.ts') ? { bench: 'bench/main.ts' } : {}),
    },
    outdir: 'dist',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    sourcemap: true,
    define: { 'process.env.PRUNE_BENCH_VERSION': JSON.stringify(version) },
    logLevel: 'warning',
    plugins: [
      {
        name: 'one-tfjs',
        setup(b) {
          b.onResolve({ filter: /^@tensorflow\/tfjs-(core|backend-cpu|backend-wasm)$/ }, (args) => ({
            path: tfjs[args.path],
            external: true,
          }))
          b.onResolve({ filter: /^prune-bench$/ }, () => ({ path: `${root}/src/index.ts` }))
        },
      },
    ],
  })
}

function buildTypes() {
  rmSync('dist/types', { recursive: true, force: true })
  execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], {
    stdio: 'inherit',
  })
}

if (process.argv.includes('--tfjs')) {
  await buildTfjs()
} else {
  await buildTfjs()
  await buildProgram()
  if (!process.argv.includes('--no-types')) buildTypes()
}
