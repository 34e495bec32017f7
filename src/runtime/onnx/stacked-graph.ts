import type { Graph } from '../graph/graph.ts'
import type { Node } from '../graph/node.ts'
import { stack } from '../graph/stacking/stack.ts'
import { whole } from '../graph/stacking/value.ts'
import type { Step } from './loop-model.ts'
import type { Recorded } from './target.ts'

/** A recorded function for so many members; `shared` inputs are one for all of them. */
export function stackedFunction(
  g: Graph,
  { inputs, outputs }: Recorded,
  members: number,
  isShared: (input: number) => boolean,
): Recorded {
  const given = inputs.map((node, i) => (isShared(i) ? node : g.input(node.dtype, [members, ...node.shape])))
  const own = new Map(inputs.flatMap((node, i) => (isShared(i) ? [] : [[node, given[i] as Node] as const])))
  const values = stack(g, members, own, outputs)
  return { inputs: given, outputs: values.map((value) => whole({ g, members }, value)) }
}

/** A step for so many members; some of its constants are shared. */
export function stackedStep(
  g: Graph,
  step: Step,
  members: number,
  isShared: (constant: number) => boolean,
): Step {
  const { constants, carryIn, each, carryOut, out } = step
  const { inputs, outputs } = stackedFunction(
    g,
    { inputs: [...constants, ...carryIn, ...each], outputs: [...carryOut, ...out] },
    members,
    (i) => i < constants.length && isShared(i),
  )
  const fromCarry = inputs.slice(constants.length)
  return {
    constants: inputs.slice(0, constants.length),
    carryIn: fromCarry.slice(0, carryIn.length),
    each: fromCarry.slice(carryIn.length),
    carryOut: outputs.slice(0, carryOut.length),
    out: outputs.slice(carryOut.length),
  }
}
