import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeFolders } from '../../values/make-folders.ts'
import { Problem } from '../../values/problem.ts'
import type { Command } from '../command.ts'
import { criterionTemplate } from '../criterion-template.ts'
import { exitCodes } from '../exit-code.ts'
import { discoverPlugins } from '../project.ts'

/** `prune-bench new criterion <name>`: a criterion to begin with, in the project's own `criteria/`. */
export const newCommand: Command = {
  usage: 'criterion <name>',
  summary: 'Write criteria/<name>.ts, a criterion to begin with.',
  flags: [],
  run: async (args, env) => {
    const [what, name] = args.positionals
    if (what !== 'criterion' || name === undefined) {
      throw new Problem('usage', `new ${args.positionals.join(' ')} is not a command`, {
        hint: 'write prune-bench new criterion my-criterion',
      })
    }
    if (!/^[a-z][a-z0-9-]*$/.test(name)) {
      throw new Problem('usage', `${JSON.stringify(name)} is not a name for a criterion`, {
        hint: 'use small letters, digits and dashes: my-criterion',
      })
    }
    const file = join('criteria', `${name}.ts`)
    const path = join(env.root, file)
    if (existsSync(path))
      throw new Problem('usage', `${file} is there already`, { hint: 'choose another name' })
    if (discoverPlugins(env.root).some((plugin) => plugin.kind === 'criterion' && plugin.name === name)) {
      throw new Problem('usage', `${name} is a built-in criterion, which a file of that name would replace`, {
        hint: `choose another name, or write ${file} yourself if that is what you want`,
      })
    }
    makeFolders(join(env.root, 'criteria'))
    writeFileSync(path, criterionTemplate(name))
    env.stdout.write(`wrote ${file}\nnext: put '${name}' into the criteria of a suite and run it\n`)
    return Promise.resolve(exitCodes.ok)
  },
}
