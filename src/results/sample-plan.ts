import type { UnitFacts } from '../plan/facts.ts'
import type { CellPoint, Plan, PlannedCell, Unit, UnitKind } from '../plan/types.ts'
import { digest, type Digest } from '../values/digest.ts'

/** A plan made by hand, with the facts its units would have left. */
export interface SamplePlan {
  readonly plan: Plan
  readonly facts: Map<Digest, UnitFacts[UnitKind]>
  readonly seconds: Map<Digest, number>
  readonly key: (label: string) => Digest
}

const TOTAL = 1000

/** Control, snip and a search at the given sparsities and seeds; every unit takes one second. */
export function samplePlan(
  criteria: readonly string[] = ['snip', 'annealing'],
  sparsities: readonly number[] = [0.5, 0.9],
  seeds: readonly number[] = [1, 2],
): SamplePlan {
  const units = new Map<Digest, Unit>()
  const facts = new Map<Digest, UnitFacts[UnitKind]>()
  const add = <K extends UnitKind>(
    kind: K,
    label: string,
    inputs: Record<string, Digest>,
    found: UnitFacts[K],
  ) => {
    const key = digest(label)
    const document = {
      schema: 1,
      kind,
      settings: {},
      inputs,
      plugins: {},
      data: null,
      engine: null,
      seed: null,
    }
    units.set(key, { key, kind, label, weight: 1, document } as unknown as Unit)
    facts.set(key, found)
    return key
  }
  const cells: PlannedCell[] = []
  const cell = (point: CellPoint) => {
    const { criterion, sparsity, k, seed, control } = point
    const id = `${criterion} ${sparsity} k=${k} seed ${seed}`
    const init = add('init', `init ${seed}`, {}, { parameters: TOTAL })
    const kept = Math.round(TOTAL * (1 - sparsity))
    const mask = {
      requested: sparsity,
      kept,
      total: TOTAL,
      layers: [{ name: 'fc1/weight', kept, total: TOTAL }],
      emptyLayers: [],
      collapsed: false,
    }
    const chosen: Record<string, Digest> = {}
    if (criterion === 'annealing') {
      const accuracy = { correct: 60 + seed, total: 100 }
      chosen.search = add(
        'search',
        `search ${id}`,
        { weights: init },
        { ...mask, accuracy, evaluated: 30, trace: {} },
      )
    } else if (!control) {
      const scores = add('scores', `scores ${criterion} ${seed}`, { weights: init }, { layers: [] })
      chosen.mask = add('mask', `mask ${id}`, { scores }, { ...mask, ties: { kept: 0, pruned: 0 } })
    }
    const inputs = { init, ...chosen }
    const at = (correct: number, epoch: number) => ({ correct, total: 1000, epoch })
    const evaluate = add('evaluate', `evaluate ${id}`, inputs, {
      collapsed: false,
      atK: { correct: 110, total: 1000 },
      rewind: { correct: 100, total: 1000 },
    })
    const train = add('train', `train ${id}`, inputs, {
      collapsed: false,
      epochs: [
        { epoch: 1, loss: 0.5, validation: { correct: 90, total: 100 }, test: { correct: 890, total: 1000 } },
        {
          epoch: 2,
          loss: 0.25,
          validation: { correct: 89, total: 100 },
          test: { correct: 900 + seed, total: 1000 },
        },
      ],
      last: at(900 + seed, 2),
      validationSelected: at(890, 1),
      bestOnTest: at(900 + seed, 2),
      firstLosses: [2.5, 1.25, 0.75],
    })
    const analyse = add('analyse', `analyse ${id}`, inputs, {
      orthogonality: { thesis: 0.0132, lee: 20, layers: [{ name: 'fc1/weight', thesis: 0.0132, lee: 20 }] },
      effective: { kept: kept - 1, total: TOTAL },
      parameters: { kept: kept + 10, total: TOTAL + 10 },
      stored: { kept: kept + 12, total: TOTAL + 12 },
      macs: { kept, total: TOTAL },
      operations: { kept: kept + 10, total: TOTAL + 10 },
      compressionRatio: (TOTAL + 10) / (kept + 10),
      theoreticalSpeedup: TOTAL / kept,
    })
    cells.push({ id, point, units: { init, ...chosen, evaluate, train, analyse } })
  }
  for (const seed of seeds) cell({ criterion: 'unpruned', sparsity: 0, k: 0, seed, control: true })
  for (const criterion of criteria) {
    for (const sparsity of sparsities) {
      for (const seed of seeds) cell({ criterion, sparsity, k: 0, seed, control: false })
    }
  }
  const seconds = new Map([...units.keys()].map((key) => [key, 1]))
  return { plan: { cells, units }, facts, seconds, key: (label) => digest(label) }
}
