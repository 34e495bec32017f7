import { join } from 'node:path'
import type { Project } from './cli.fixture.ts'

/** The folder of a project's report. */
export function reportIn({ folder }: Project, suite = 'tiny'): string {
  return join(folder, 'reports', suite)
}
