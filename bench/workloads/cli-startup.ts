import { inNode } from '../runtimes.ts'
import { runProcess } from '../run-process.ts'
import type { Workload } from '../workload.ts'

/** How long a person waits for the cheapest command. */
export const cliStartup: Workload = {
  name: 'cli-startup',
  summary: 'prune-bench list, a new process each time',
  unit: 's',
  better: 'lower',
  runs: 11,
  atMost: 0.7,
  open: ({ root, env }) =>
    Promise.resolve([
      inNode('', async () => ({ value: (await runProcess(['list'], { root, cwd: root, env })).seconds })),
    ]),
}
