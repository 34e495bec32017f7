import Table from 'cli-table3'
import type { BenchDocument, ContenderResult, Ratio, WorkloadResult } from './document.ts'

/** A run's figures for people: a row per contender, the best of each side marked, then limits and ratios. */
export function benchTable({ workloads, machine, versions, scale, data, peers }: BenchDocument): string {
  const { cpu, cores, gpu, load } = machine
  return [
    `prune-bench ${versions['prune-bench']}${versions.commit === null ? '' : ` (${versions.commit})`}, ` +
      `node ${versions.node}, ${cpu}, ${cores} cores${gpu === undefined ? '' : `, ${gpu ?? 'unknown GPU'}`}, load ${load.before} → ${load.after}, data ${data.join(', ') || 'none'}`,
    ...(scale === 'toy' ? ['Toy sizes: these figures only show that everything works.'] : []),
    figures(workloads),
    ...workloads.flatMap(verdicts),
    ...(peers.why === null ? [] : [`Peers: ${peers.why}`]),
    '',
  ].join('\n')
}

function figures(workloads: readonly WorkloadResult[]): string {
  const table = new Table({
    head: ['workload', 'runtime', 'device', 'threads', 'variant', 'median', 'min', 'max', 'runs', 'unit'],
    style: { head: [], border: [], compact: true },
    colAligns: ['left', 'left', 'left', 'right', 'left', 'right', 'right', 'right', 'right', 'left'],
  })
  for (const { name, unit, contenders, best } of workloads) {
    for (const [i, one] of contenders.entries()) {
      const mark = i === best.ours || i === best.peer ? ' *' : ''
      const runtime = `${one.engine} ${one.version}`
      const numbers = [one.median, one.min, one.max].map(figure)
      table.push([
        i === 0 ? name : '',
        runtime,
        one.device,
        one.threads,
        `${described(one)}${mark}`.trim(),
        ...numbers,
        one.runs,
        unit,
      ])
    }
  }
  return table.toString()
}

function described({ variant, also }: ContenderResult): string {
  const more = Object.entries(also).map(([name, value]) => `${name} ${figure(value)}`)
  return [variant, ...more].filter((text) => text !== '').join(', ')
}

function verdicts({ name, unit, limit, ratio, contenders, failed, best }: WorkloadResult): string[] {
  const lines = failed.map(
    ({ engine, device, variant, why }) =>
      `${name}: ${engine} on ${device}, ${variant || 'plain'}, failed: ${why}`,
  )
  const ours = contenders[best.ours]
  if (limit && ours)
    lines.push(
      `${name}: ${figure(ours.median)} ${unit}, at most ${limit.atMost} ${unit} allowed: ${word(limit.kept)}`,
    )
  const peer = best.peer === null ? undefined : contenders[best.peer]
  if (ratio && peer) {
    const what = unit === 'masks/s' ? 'rate' : 'time'
    lines.push(`${name}: ${ratio.value.toFixed(2)} × the ${what} of ${peer.engine}'s best, ${bound(ratio)}`)
  }
  return lines
}

function bound({ atMost, atLeast, kept }: Ratio): string {
  if (atMost !== null) return `at most ${atMost} allowed: ${word(kept)}`
  if (atLeast !== null) return `at least ${atLeast} wanted: ${word(kept)}`
  return 'no bound'
}

function word(kept: boolean): string {
  return kept ? 'kept' : 'NOT KEPT'
}

/** Three digits that matter. */
function figure(value: number): string {
  return value >= 1000 ? Math.round(value).toString() : value.toPrecision(3)
}
