import { relative } from 'node:path'
import type { Arguments } from './arguments.ts'
import type { ExportSources } from './cell-exports.ts'
import type { Environment } from './environment.ts'
import { writeExports, type ExportNote } from './write-exports.ts'

/** Writes networks and curves beside a report, unless they are many, and says where; with --json nothing is said. */
export async function presentExports(
  sources: ExportSources,
  folder: string,
  args: Arguments,
  env: Environment,
): Promise<void> {
  const notes = await writeExports(folder, sources)
  if (args.options.json !== true) for (const note of notes) env.stdout.write(exportLine(note, env))
}

/** What became of exported files, in a line: `networks: reports/mlp/quick/mnist/networks (9 files, 7.2 MB)`. */
export function exportLine({ noun, folder, text, written }: ExportNote, env: Environment): string {
  return written ? `${noun}: ${relative(env.cwd, folder)} (${text})\n` : `${noun}: not written; ${text}\n`
}
