import { lineage, nearest, type Difference, type PlannedCell, type Unit } from '../../plan/index.ts'
import { readInWords } from '../../reads/index.ts'
import type { Digest } from '../../values/digest.ts'
import { short } from '../../values/digest.ts'
import type { Json, JsonObject } from '../../values/json.ts'
import { Problem } from '../../values/problem.ts'
import type { Command } from '../command.ts'
import { exitCodes } from '../exit-code.ts'
import { cellsNamed } from '../select-cells.ts'
import { openStoreOf, prepareSuite, suiteFlags } from '../session.ts'

/** `prune-bench why <suite> <cell>`: which units a cell is made of, what is stored, and what made the rest stale. */
export const whyCommand: Command = {
  usage: '<suite> <cell>',
  summary: 'Explain one cell: its units, which are stored, and what changed where one is not.',
  flags: suiteFlags,
  run: async (args, env) => {
    const [suite, ...words] = args.positionals
    const prepared = await prepareSuite({ ...args, positionals: suite === undefined ? [] : [suite] }, env, {
      download: 'later',
    })
    const cells = cellsNamed(prepared.plan, words, args.options.filter)
    const [cell] = cells
    if (!cell || cells.length > 1) {
      throw new Problem('usage', `${cells.length} cells have these words in their names`, {
        hint: `name one of them: ${cells
          .slice(0, 4)
          .map((one) => JSON.stringify(one.id))
          .join(', ')}`,
      })
    }
    const store = openStoreOf(args, env)
    const units = unitsOf(prepared.plan.units, cell, prepared.plan)
    const have = new Set<Digest>()
    for (const { key } of units) if ((await store.facts(key)) !== undefined) have.add(key)
    const stored: { document: JsonObject }[] = []
    // Only what is missing is compared with other units.
    if (have.size < units.length)
      for await (const { provenance } of store.list()) stored.push({ document: provenance.document })
    const lines = units.map((unit) => {
      const head = `${have.has(unit.key) ? 'stored    ' : 'to compute'}  ${short(unit.key)}  ${unit.label}`
      if (have.has(unit.key)) return head
      const changed = nearest(
        unit.document as unknown as JsonObject,
        stored.map((one) => one.document),
      )
      return `${head}\n${reasons(unit, changed)
        .map((reason) => `              ${reason}`)
        .join('\n')}`
    })
    env.stdout.write(`${cell.id}\n\n${lines.join('\n')}\n`)
    return exitCodes.ok
  },
}

function unitsOf(
  units: ReadonlyMap<Digest, Unit>,
  cell: PlannedCell,
  plan: Parameters<typeof lineage>[0],
): readonly Unit[] {
  const keys = new Set((Object.values(cell.units) as Digest[]).flatMap((key) => lineage(plan, key)))
  return [...keys].map((key) => units.get(key) as Unit)
}

function reasons(unit: Unit, changed: readonly Difference[] | undefined): readonly string[] {
  if (changed === undefined) return [`nothing of the kind ${unit.kind} is stored yet`]
  return changed.flatMap(({ path, before, after }) => {
    const [root = '', name = '', property, ...rest] = path.split('.')
    if (root === 'plugins' && property === 'reads') {
      const names = rest.length > 0 ? [rest.join('.')] : Object.keys({ ...object(before), ...object(after) })
      const plugin = unit.document.plugins[name]?.name ?? name
      return names.map(
        (one) =>
          `the ${name} ${plugin} reads ${readInWords(one)}, which changed since the nearest stored unit`,
      )
    }
    if (root === 'plugins' && path.endsWith('.digest')) {
      const plugin = unit.document.plugins[name]?.name ?? name
      return `the source of the ${name} ${plugin} changed since the nearest stored unit`
    }
    if (root === 'inputs') return `its input ${name} is another one than that of the nearest stored unit`
    return `${path} is ${show(after)}; the nearest stored unit has ${show(before)}`
  })
}

function object(value: Json | undefined): object {
  return typeof value === 'object' && value !== null ? value : {}
}

function show(value: Json | undefined): string {
  const text = value === undefined ? 'none' : JSON.stringify(value)
  return text.length > 50 ? `${text.slice(0, 47)}…` : text
}
