import type { KeyDocument, Plan, Unit } from '../plan/types.ts'
import { canonicalJson } from '../values/canonical-json.ts'
import { digest } from '../values/digest.ts'
import type { Digest } from '../values/digest.ts'
import type { JsonObject } from '../values/json.ts'

/** A unit for tests of execution: `label` says what the test's runner does with it, `inputs` are labels. */
export interface FakeUnit {
  readonly label: string
  readonly inputs?: readonly string[]
  readonly weight?: number
  /** Whether it uses the engine. */
  readonly engine?: boolean
}

/** A plan of units whose labels are unique, given inputs first, and their keys by label. */
export function fakePlan(units: readonly FakeUnit[]): {
  plan: Pick<Plan, 'units'>
  key: (label: string) => Digest
} {
  const byLabel = new Map<string, Unit>()
  for (const { label, inputs = [], weight = 1, engine = false } of units) {
    const document: KeyDocument<'init'> = {
      schema: 1,
      kind: 'init',
      settings: {},
      inputs: Object.fromEntries(inputs.map((input) => [input, keyIn(byLabel, input)])),
      plugins: {},
      data: null,
      engine: engine ? { runtime: 'onnx', version: '1', device: 'gpu', threads: 1 } : null,
      seed: units.findIndex((unit) => unit.label === label),
    }
    const key = digest(canonicalJson(document as unknown as JsonObject))
    byLabel.set(label, { key, kind: 'init', document, label, weight })
  }
  return {
    plan: { units: new Map([...byLabel.values()].map((unit) => [unit.key, unit])) },
    key: (label) => keyIn(byLabel, label),
  }
}

function keyIn(units: ReadonlyMap<string, Unit>, label: string): Digest {
  const unit = units.get(label)
  if (unit === undefined) throw new Error(`No unit ${label}`)
  return unit.key
}
