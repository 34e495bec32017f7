import { exitCodes } from '../../src/cli/exit-code.ts'
import type { Workload } from '../workload.ts'

/** One program that a check of a GPU runs. */
export interface Step {
  readonly title: string
  /** Its part of the time, beside the others'. */
  readonly share: number
  /** What Node is to run, given the seconds there are for it. */
  readonly args: (seconds: number) => readonly string[]
  /** Exit codes that say that it did what it was to do. */
  readonly wellEnded: readonly number[]
  /** Whether it prints a benchmark's document, not text. */
  readonly bench: boolean
}

/** How a check of a GPU is made. */
export interface CheckRequest {
  /** All of it is to take about so long. */
  readonly seconds: number
  /** The folder for what was found. */
  readonly output: string
  readonly toy: boolean
  /** The device that PyTorch is to use, by PyTorch's own name. */
  readonly peerDevice: string | undefined
}

/** Starting a program and ending it takes time, too. */
const SPARED_SECONDS = 3

/** Everything that is checked, in order: what is there, right results, speed, and the published table as far as it goes. */
export function stepsOf(
  { toy, peerDevice }: CheckRequest,
  workloads: readonly Workload[],
  withTests: boolean,
): readonly Step[] {
  const onGpu = workloads.filter((workload) => workload.onGpu !== undefined)
  const text = { bench: false, wellEnded: [0] }
  return [
    { ...text, title: 'doctor', share: 1, args: () => ['dist/cli.js', 'doctor'] },
    ...(withTests
      ? [{ ...text, title: 'tests', share: 3, args: () => ['node_modules/vitest/vitest.mjs', ...gpuTests] }]
      : []),
    ...onGpu.map(({ name }): Step => ({
      title: name,
      share: 10 / onGpu.length,
      bench: true,
      // 1: a bound was not kept, which the figures tell.
      wellEnded: [0, 1],
      args: (seconds) => [
        'dist/bench.js',
        ...['--device', 'gpu', '--json', '--peers', '--filter', name],
        ...['--seconds', String(Math.max(1, Math.floor(seconds - SPARED_SECONDS)))],
        ...(toy ? ['--toy'] : []),
        ...(peerDevice === undefined ? [] : ['--peer-device', peerDevice]),
      ],
    })),
    ...experiment(toy).map(({ title, suite }): Step => ({
      title,
      share: 4,
      bench: false,
      wellEnded: [exitCodes.ok, exitCodes.stopped],
      args: (seconds) => [
        'dist/cli.js',
        ...suite,
        ...['--device', 'gpu', '--stop-after', `${Math.max(1, Math.floor(seconds - SPARED_SECONDS))}s`],
        '--no-color',
      ],
    })),
  ]
}

const gpuTests = ['run', '--project', 'gpu', '--reporter', 'default']

/** Some rows of the published table, and then all of it, to see how long that takes. */
function experiment(toy: boolean): readonly { readonly title: string; readonly suite: readonly string[] }[] {
  if (toy) return [{ title: 'smoke suite', suite: ['suites/smoke.suite.ts'] }]
  const paper = ['suites/cnn.suite.ts', '--profile', 'paper']
  return [
    { title: 'rows of the paper table', suite: [...paper, '--filter', 's=80% seed=1'] },
    { title: 'the paper table', suite: paper },
  ]
}
