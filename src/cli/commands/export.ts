import { join, relative } from 'node:path'
import { readFileSync } from 'node:fs'
import { loadChecked } from '../../datasets/index.ts'
import { cellFileName } from '../../export/index.ts'
import { resolve } from '../../execute/index.ts'
import { goalsOf } from '../../plan/index.ts'
import { collapseReason, integer } from '../../report/index.ts'
import type { CellRecord } from '../../results/index.ts'
import { countPortable } from '../../training/index.ts'
import { Problem } from '../../values/problem.ts'
import { collectSeries } from '../collect-series.ts'
import { collectResults, identityOf } from '../collect.ts'
import type { Arguments } from '../arguments.ts'
import type { Command } from '../command.ts'
import type { Environment } from '../environment.ts'
import { exitCodes } from '../exit-code.ts'
import { failuresInJournals } from '../journal-failures.ts'
import type { Prepared } from '../prepare.ts'
import { exportLine } from '../present-exports.ts'
import { reportFolder } from '../report-folder.ts'
import { cellsNamed } from '../select-cells.ts'
import { openStoreOf, prepareSuite, sameSuite, shellWord, storeFolder, suiteFlags } from '../session.ts'
import { writeExports } from '../write-exports.ts'

/** `prune-bench export <suite> [<cell>]`: trained networks and curves as files that other programs read. */
export const exportCommand: Command = {
  usage: '<suite> [<cell>]',
  summary: 'Write networks (.onnx, .safetensors) and TensorBoard curves from the store, computing nothing.',
  flags: [...suiteFlags, 'output'],
  run: async (args, env) => {
    const [suite, ...words] = args.positionals
    const prepared = await prepareSuite({ ...args, positionals: suite === undefined ? [] : [suite] }, env, {
      download: 'never',
    })
    const cells = cellsNamed(prepared.plan, words, args.options.filter)
    const store = openStoreOf(args, env)
    const { plan } = prepared
    const { compute } = await resolve(plan, goalsOf(plan.cells), store)
    const failures = failuresInJournals(storeFolder(args, env), new Set(compute))
    const identity = identityOf(prepared, plan.cells, args)
    const results = await collectResults(identity, plan, plan.cells, store, failures)
    const only = new Set(cells.map(({ id }) => id))
    const chosen = results.cells.filter(({ id }) => only.has(id))
    const done = chosen.filter(({ status }) => status === 'ok')
    if (done.length === 0) throw nothingToExport(chosen, prepared.suite, args)
    const series = await collectSeries(plan.cells, store)
    const folder = reportFolder(prepared.identity, args, env)
    const notes = await writeExports(folder, { prepared, results, series, store }, { only })
    for (const note of notes) env.stdout.write(exportLine(note, env))
    const [first, ...others] = chosen
    if (first && others.length === 0) env.stdout.write(await checked(first, folder, prepared, env))
    return exitCodes.ok
  },
}

function nothingToExport(cells: readonly CellRecord[], suite: string, args: Arguments): Problem {
  const [first] = cells
  const collapsed = cells.find(({ status }) => status === 'collapsed')
  if (collapsed)
    return new Problem('usage', `${collapsed.id} has no network: it collapsed and was not trained`, {
      hint: `its mask ${collapseReason(collapsed.emptyLayers)}`,
    })
  const one = cells.length === 1 ? (first?.id ?? '') : `none of ${cells.length} cells`
  return new Problem('usage', `${one} ${cells.length === 1 ? 'is not' : 'is'} trained yet`, {
    hint: `run it first: prune-bench ${suite}${sameSuite(args)}${cells.length === 1 ? ` -t ${shellWord(one)}` : ''}`,
  })
}

/** Runs the one network that was written in ONNX Runtime, by itself, on the test images. */
async function checked(
  { point, accuracy: { last } }: CellRecord,
  folder: string,
  { data, settings }: Prepared,
  env: Environment,
): Promise<string> {
  const file = join(folder, 'networks', `${cellFileName(point)}.onnx`)
  const { shape } = data.source.description
  const dataset = await loadChecked(data.name, data.source, data.access, data.size, settings.split)
  const found = await countPortable(readFileSync(file), { shape }, dataset.test)
  const right = `${integer(found.correct)} of ${integer(found.total)} test images right`
  const same = found.correct === last?.correct && found.total === last.total
  const as = same
    ? 'as reported'
    : `reported are ${integer(last?.correct ?? 0)}: ONNX Runtime rounds otherwise`
  return `${relative(env.cwd, file)} in ONNX Runtime: ${right}, ${as}\n`
}
