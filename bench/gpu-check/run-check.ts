import type { BenchDocument } from '../document.ts'
import type { Workload } from '../workload.ts'
import { checkReport, mergedDocument, type StepResult } from './report.ts'
import { stepsOf, type CheckRequest, type Step } from './step.ts'

/** How a program ended. */
export interface Ended {
  /** Null where it was killed, by a signal of its own or because its time was over. */
  readonly code: number | null
  readonly signal: string | null
  readonly timedOut: boolean
  readonly stdout: string
  readonly stderr: string
  readonly seconds: number
}

/** What a check is given; tests give it fakes. */
export interface CheckEnvironment {
  readonly workloads: readonly Workload[]
  /** Whether tests can be run: they need packages and sources that a bundle need not have. */
  readonly withTests: boolean
  /** Runs Node on these arguments, and kills it where it takes longer. */
  readonly run: (args: readonly string[], killAfterSeconds: number) => Promise<Ended>
  /** Seconds on any clock. */
  readonly now: () => number
  readonly write: (file: string, text: string) => void
  readonly tell: (line: string) => void
}

/** What takes so many times as long as it was told to is not going to end. */
const PATIENCE = 2

/**
 * Runs one step after the other, each in its part of the time that is left, and writes what was found after each: a check
 * that is cut off has told what it knew. Returns whether all ended well.
 */
export async function runCheck(request: CheckRequest, environment: CheckEnvironment): Promise<boolean> {
  const { run, now, tell } = environment
  const end = now() + request.seconds
  const steps = stepsOf(request, environment.workloads, environment.withTests)
  const results: StepResult[] = []
  for (const [i, step] of steps.entries()) {
    const shares = steps.slice(i).reduce((sum, { share }) => sum + share, 0)
    const seconds = Math.max(1, ((end - now()) * step.share) / shares)
    tell(`${step.title}: about ${Math.round(seconds)} s`)
    const ended = await run(step.args(seconds), PATIENCE * seconds + 10)
    const result = resultOf(step, ended)
    results.push(result)
    tell(`  ${result.outcome} after ${ended.seconds.toFixed(0)} s`)
    write(request, environment, results)
  }
  return results.every(({ outcome }) => outcome === 'ok')
}

function resultOf(step: Step, ended: Ended): StepResult {
  const { title, wellEnded } = step
  const { code, signal, timedOut } = ended
  const told = { title, ended }
  if (timedOut) return { ...told, outcome: 'killed, its time was over' }
  if (code === null) return { ...told, outcome: `ended by ${signal ?? 'a signal'}` }
  if (!wellEnded.includes(code)) return { ...told, outcome: `exit code ${code}` }
  if (!step.bench) return { ...told, outcome: 'ok' }
  const document = documentIn(ended.stdout)
  return document ? { ...told, outcome: 'ok', document } : { ...told, outcome: 'printed no figures' }
}

/** A library may have written to standard output, too. */
function documentIn(text: string): BenchDocument | undefined {
  try {
    return JSON.parse(text) as BenchDocument
  } catch {
    return undefined
  }
}

function write(
  { output }: CheckRequest,
  environment: CheckEnvironment,
  results: readonly StepResult[],
): void {
  const document = mergedDocument(results)
  if (document) environment.write(`${output}/gpu-bench.json`, `${JSON.stringify(document, null, 2)}\n`)
  environment.write(`${output}/gpu-check.md`, checkReport(results, environment.withTests))
}
