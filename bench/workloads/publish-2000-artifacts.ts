import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStore } from '../../src/store/index.ts'
import type { Artifact } from '../../src/values/artifact.ts'
import { digest } from '../../src/values/digest.ts'
import { float32 } from '../../src/values/host-tensor.ts'
import { inNode } from '../runtimes.ts'
import { timeCalls } from '../time-calls.ts'
import type { Workload } from '../workload.ts'

const ARTIFACTS = 2000
const keys = Array.from({ length: ARTIFACTS }, (_, i) => digest(`artifact ${i}`))

/** What the store takes for small artifacts: most units leave a few figures and hardly a tensor. */
export const publish2000Artifacts: Workload = {
  name: 'publish-2000-artifacts',
  summary: `${ARTIFACTS} artifacts of about a kilobyte into an empty store, and the facts of all of them from a store opened anew`,
  unit: 's',
  better: 'lower',
  runs: 5,
  open: () =>
    Promise.resolve([
      inNode('', async () => {
        const folder = mkdtempSync(join(tmpdir(), 'bench-store-'))
        try {
          const value = (await timeCalls(() => publish(folder), 1)) / 1000
          const reading = (await timeCalls(() => read(folder), 1)) / 1000
          return { value, also: { reading } }
        } finally {
          rmSync(folder, { recursive: true })
        }
      }),
    ]),
}

async function publish(folder: string): Promise<void> {
  const store = openStore(folder)
  for (const [i, key] of keys.entries()) {
    const provenance = { document: { seed: i }, label: `unit ${i}`, seconds: 1, created: '2026-01-01' }
    await store.publish(key, artifact(i), provenance)
  }
}

async function read(folder: string): Promise<void> {
  const store = openStore(folder, { remember: true })
  for (const key of keys) {
    if ((await store.facts(key)) === undefined || (await store.provenance(key)) === undefined)
      throw new Error(`${key} is missing`)
  }
}

/** Every other one has a tensor. */
function artifact(seed: number): Artifact {
  const epochs = Array.from({ length: 10 }, (_, epoch) => ({ epoch, loss: 1 / (seed + epoch + 1) }))
  return {
    facts: { seed, epochs },
    tensors: seed % 2 === 0 ? {} : { w: float32([64], new Float32Array(64)) },
  }
}
