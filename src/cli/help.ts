import { flags, type Flag, type FlagName } from './arguments.ts'
import type { Command } from './command.ts'
import { commands } from './commands/index.ts'

/** What `--help` prints: for one command, or for the program. */
export function helpText(about?: { name: string; command: Command }): string {
  if (about) {
    const { name, command } = about
    return [
      command.summary,
      '',
      `Usage: prune-bench ${[name === 'run' ? '[run]' : name, command.usage].filter(Boolean).join(' ')}`,
      ...(command.flags.length === 0 ? [] : ['', 'Options:', ...command.flags.map(flagLine)]),
      '',
    ].join('\n')
  }
  const width = Math.max(...Object.entries(commands).map(([name, { usage }]) => `${name} ${usage}`.length))
  return [
    'prune-bench: tests and benchmarks for neural-network pruning.',
    '',
    'Usage: prune-bench <suite>            the same as prune-bench run <suite>',
    '       prune-bench <command> …',
    '',
    'Commands:',
    ...Object.entries(commands).map(
      ([name, { usage, summary }]) => `  ${`${name} ${usage}`.padEnd(width)}  ${summary}`,
    ),
    '',
    'Exit codes: 0 all is well; 1 a failed cell, a failed assertion or a regression; 2 a mistake in the command line, a suite',
    '  or a plugin; 3 nothing matched; 4 data, disk, engine or machine; 5 stopped by --stop-after; 130 Ctrl-C; 143 SIGTERM.',
    '',
    'prune-bench help <command> tells more. First steps: prune-bench suites/mlp.suite.ts',
    '',
  ].join('\n')
}

function flagLine(name: FlagName): string {
  const { short, value, help }: Flag = flags[name]
  const written = `${short === undefined ? '    ' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`
  return `  ${written.padEnd(24)} ${help}`
}
