import { join, resolve } from 'node:path'
import { fileName } from '../values/file-name.ts'
import type { Arguments } from './arguments.ts'
import type { Environment } from './environment.ts'

/** Where a suite's report lies. */
export function reportFolder(suite: string, { options }: Arguments, { cwd, root }: Environment): string {
  return join(
    options.output === undefined ? join(root, 'reports') : resolve(cwd, options.output),
    fileName(suite, 'the suite'),
  )
}
