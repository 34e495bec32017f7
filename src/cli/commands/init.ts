import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { makeFolders } from '../../values/make-folders.ts'
import { Problem } from '../../values/problem.ts'
import type { Command } from '../command.ts'
import { criterionTemplate } from '../criterion-template.ts'
import { exitCodes } from '../exit-code.ts'

/** `prune-bench init`: makes the folder it runs in a project: a suite, a criterion, what npm must know. */
export const initCommand: Command = {
  usage: '',
  summary: 'Make this folder a project: a first suite and criterion, and what npm must know.',
  flags: [],
  run: async (_, env) => {
    const at = (...path: string[]) => join(env.cwd, ...path)
    const say = (text: string) => env.stdout.write(`${text}\n`)
    allowNoInstallScript(at('package.json'), say)
    for (const [file, text] of Object.entries(files())) {
      if (existsSync(at(file))) {
        say(`kept   ${file}`)
        continue
      }
      makeFolders(dirname(at(file)))
      writeFileSync(at(file), text)
      say(`wrote  ${file}`)
    }
    ignore(at('.gitignore'), ['.prune-bench/', 'reports/'], say)
    say('next: npx prune-bench suites/first.suite.ts')
    return Promise.resolve(exitCodes.ok)
  },
}

/** onnxruntime-node's install script downloads CUDA libraries; the CPU engine comes inside the package. */
function allowNoInstallScript(file: string, say: (text: string) => void): void {
  if (!existsSync(file)) {
    throw new Problem('usage', 'there is no package.json here', {
      hint: 'run npm init -y first, then npm install prune-bench',
    })
  }
  const text = readFileSync(file, 'utf8')
  let content: { allowScripts?: Record<string, boolean>; type?: string }
  try {
    content = JSON.parse(text) as typeof content
  } catch (error) {
    throw new Problem('usage', `package.json is not JSON: ${(error as Error).message}`, {
      hint: 'correct it first',
      place: { file },
    })
  }
  if (content.allowScripts?.['onnxruntime-node'] !== undefined) {
    say('kept   package.json')
    return
  }
  content.allowScripts = { ...content.allowScripts, 'onnxruntime-node': false }
  writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`)
  say('wrote  package.json: allowScripts denies the install script of onnxruntime-node')
}

function ignore(file: string, lines: readonly string[], say: (text: string) => void): void {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : ''
  const missing = lines.filter((line) => !text.split('\n').includes(line))
  if (missing.length === 0) return
  writeFileSync(file, `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${missing.join('\n')}\n`)
  say('wrote  .gitignore')
}

function files(): Readonly<Record<string, string>> {
  return {
    'criteria/my-criterion.ts': criterionTemplate('my-criterion'),
    'suites/first.suite.ts': `import { adadelta, cosine, defineSuite } from 'prune-bench'

export default defineSuite({
  summary: 'My criterion against random and SNIP masks, on a small network.',
  model: 'simple-net',
  data: ['mnist', { name: 'glyphs', size: { train: 4000, test: 1000 } }],
  criteria: ['random', 'snip', 'my-criterion'],
  sparsities: [0.8, 0.95],
  seeds: [1, 2, 3],
  training: {
    optimizer: adadelta(),
    schedule: cosine(),
    batchSize: 64,
    epochs: 2,
    validation: 500,
    testEveryEpoch: false,
  },
})
`,
  }
}
