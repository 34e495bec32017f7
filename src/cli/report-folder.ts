import { join, resolve } from 'node:path'
import type { RunIdentity } from '../results/index.ts'
import { fileName } from '../values/file-name.ts'
import type { Arguments } from './arguments.ts'
import type { Environment } from './environment.ts'

/** What a report is about: each suite, profile and data set has a folder of its own. */
export type ReportAbout = Pick<RunIdentity, 'suite' | 'profile'> & {
  readonly data: { readonly name: string }
}

/** Where reports lie: `<reports>/<suite>/<profile>/<data>/`. Throws a `Problem` for a name that is no file's on every system. */
export function reportFolder(about: ReportAbout, { options }: Arguments, { cwd, root }: Environment): string {
  return join(
    options.output === undefined ? join(root, 'reports') : resolve(cwd, options.output),
    ...reportPath(about),
  )
}

/** A report's folder below that of all reports. */
export function reportPath({ suite, profile, data }: ReportAbout): readonly string[] {
  return [fileName(suite, 'the suite'), fileName(profile, 'the profile'), fileName(data.name, 'the data set')]
}
