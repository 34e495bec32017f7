import type { Unit, UnitKind, UnitSettings } from '../plan/index.ts'
import { defineModel, dense, flatten, logSoftmax, relu, sequential } from '../plugin/index.ts'
import type { Criterion, Model, Search } from '../plugin/index.ts'
import type { Runtime } from '../runtime/index.ts'
import type { Artifact } from '../values/artifact.ts'
import type { Dataset } from '../values/dataset.ts'
import { digest } from '../values/digest.ts'
import { stream } from '../values/random.ts'
import { runners, type RunUnit, type UnitContext } from './index.ts'

/** Two layers whose names do not sort as the model orders them. */
export const model = defineModel({
  summary: 'Two layers.',
  input: [2, 2, 1],
  classes: 2,
  ...sequential(
    flatten(),
    dense('z', 4, 3, { bias: false }),
    relu(),
    dense('a', 3, 2, { bias: false }),
    logSoftmax(),
  ),
})

const images = Uint8Array.from({ length: 40 * 4 }, (_, i) => stream(1, `pixel-${i}`).integer(256))
/** Forty random images in two classes. */
export const dataset: Dataset = {
  name: 'dots',
  shape: [2, 2, 1],
  classes: 2,
  mean: [0.5],
  std: [0.25],
  size: { train: 40, test: 40 },
  train: { count: 40, images, labels: Uint8Array.from({ length: 40 }, (_, i) => i % 2) },
  test: { count: 40, images, labels: Uint8Array.from({ length: 40 }, (_, i) => i % 2) },
}

/** What a unit under test is given. */
export interface Given {
  readonly runtime: Runtime
  /** Default: the model and data set of this file. */
  readonly model?: Model
  readonly dataset?: Dataset
  readonly inputs?: Readonly<Record<string, Artifact>>
  readonly criterion?: Criterion
  readonly search?: Search
  readonly seed?: number | null
  /** What the unit saved before it was cut off; and who keeps what it saves now. */
  readonly checkpoint?: Uint8Array
  readonly saveCheckpoint?: (bytes: Uint8Array) => void
}

/** Runs one unit on hand-made inputs. */
export function runUnit<K extends UnitKind>(
  kind: K,
  settings: UnitSettings[K],
  given: Given,
): Promise<Artifact> {
  const { runtime, inputs = {}, criterion, search, seed = 1 } = given
  const document = {
    schema: 1,
    kind,
    settings,
    inputs: Object.fromEntries(
      Object.keys(inputs)
        .filter((role) => role !== 'resumed')
        .map((role) => [role, digest(role)]),
    ),
    plugins: {
      criterion: { name: 'tested', digest: digest('c') },
      search: { name: 'tested', digest: digest('s') },
    },
    data: null,
    engine: null,
    seed,
  }
  const context: UnitContext = {
    runtime: () => Promise.resolve(runtime),
    dataset: () => Promise.resolve(given.dataset ?? dataset),
    model: () => Promise.resolve(given.model ?? model),
    criterion: () => (criterion ? Promise.resolve(criterion) : Promise.reject(new Error('no criterion'))),
    search: () => (search ? Promise.resolve(search) : Promise.reject(new Error('no search'))),
    input: (role) => {
      const found = inputs[role]
      return found ? Promise.resolve(found) : Promise.reject(new Error(`asked for ${role}`))
    },
    resumed: () => Promise.resolve(inputs.resumed),
    checkpoint: () => Promise.resolve(given.checkpoint),
    saveCheckpoint: (bytes) => Promise.resolve(given.saveCheckpoint?.(bytes)),
    progress: () => undefined,
  }
  const unit = { key: digest('unit'), kind, document, label: kind, weight: 1 } as unknown as Unit<K>
  return (runners[kind] as RunUnit<K>)(unit, context)
}
