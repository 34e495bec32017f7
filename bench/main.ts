import { packageRoot } from '../src/cli/project.ts'
import { loadData } from './data.ts'
import { checkFresh } from './freshness.ts'
import { workloads } from './registry.ts'
import { runBench } from './run-bench.ts'
import { openTorch } from './torch-peer.ts'

process.exitCode = await runBench(process.argv.slice(2), {
  root: packageRoot,
  env: process.env,
  workloads,
  openPeers: openTorch,
  loadData,
  checkFresh: () => checkFresh(packageRoot),
  stdout: (text) => process.stdout.write(text),
  stderr: (text) => process.stderr.write(text),
})
