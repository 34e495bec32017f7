import { closest } from '../values/closest.ts'
import { Problem } from '../values/problem.ts'
import { parseArguments, type Arguments, type FlagName } from './arguments.ts'
import type { Command } from './command.ts'
import { commands } from './commands/index.ts'
import type { Environment } from './environment.ts'
import { exitCodes } from './exit-code.ts'
import { helpText } from './help.ts'
import { unknownName } from './project.ts'
import { tellProblem } from './tell-problem.ts'
import { version } from './version.ts'

const always: readonly FlagName[] = ['help', 'version', 'color', 'no-color']

/** Runs one command line and returns its exit code; whatever goes wrong is told on standard error. */
export async function runCli(argv: readonly string[], env: Environment): Promise<number> {
  // Errors in plugins point at the user's TypeScript, not at bundles.
  process.setSourceMapsEnabled(true)
  let args: Arguments | undefined
  try {
    args = parseArguments(argv)
    if (args.options.version === true) {
      env.stdout.write(`${version()}\n`)
      return exitCodes.ok
    }
    const [first, about, ...more] = args.positionals
    // `help` and `help <command>` say what `--help` says.
    const asked = args.options.help === true || first === 'help'
    const { command, name, rest } = first === 'help' ? helpedWith(about, more) : commandOf(args.positionals)
    if (asked || command === undefined) {
      const text = helpText(name === undefined || command === undefined ? undefined : { name, command })
      ;(asked ? env.stdout : env.stderr).write(text)
      return asked ? exitCodes.ok : exitCodes.usage
    }
    checkFlags(name ?? '', command, args)
    return await command.run({ positionals: rest, options: args.options }, env)
  } catch (error) {
    return tellProblem(error, args?.options ?? {}, env)
  }
}

interface NamedCommand {
  readonly name?: string
  readonly command?: Command
  readonly rest: readonly string[]
}

/** The command that help is asked about. Throws a `Problem` where there is none of that name. */
function helpedWith(name: string | undefined, rest: readonly string[]): NamedCommand {
  if (name === undefined) return { rest }
  if (Object.hasOwn(commands, name)) return { name, command: commands[name] as Command, rest }
  throw unknownName('command', name, Object.keys(commands), 'the list of commands')
}

/** `run` may be left out: what is no command's name is a suite. */
function commandOf(positionals: readonly string[]): NamedCommand {
  const [first, ...rest] = positionals
  if (first === undefined) return { rest }
  if (Object.hasOwn(commands, first)) return { name: first, command: commands[first] as Command, rest }
  const near = closest(first, Object.keys(commands))
  if (near !== undefined && !first.includes('/') && !first.includes('.') && rest.length > 0) {
    throw new Problem('usage', `there is no command ${first}`, { hint: `did you mean prune-bench ${near}?` })
  }
  return { name: 'run', command: commands.run as Command, rest: positionals }
}

function checkFlags(name: string, command: Command, { options }: Arguments): void {
  const given = (Object.keys(options) as FlagName[]).find(
    (flag) => !command.flags.includes(flag) && !always.includes(flag),
  )
  if (given === undefined) return
  throw new Problem('usage', `prune-bench ${name} has no option --${given}`, {
    hint:
      command.flags.length === 0
        ? 'it has none'
        : `it has: ${command.flags.map((flag) => `--${flag}`).join(', ')}`,
  })
}
