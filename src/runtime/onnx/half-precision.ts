import { float16Bits } from './float16.ts'
import {
  ELEMENT,
  type Attribute,
  type GraphProto,
  type NodeProto,
  type TensorProto,
  type ValueInfo,
} from './proto.ts'

/**
 * The same graph with real numbers of 16 bits inside: what goes in is cast, and so is what comes out, so that callers see
 * float32. Whole numbers stay what they are.
 */
export function inHalfPrecision(graph: GraphProto): GraphProto {
  const inputs = graph.inputs.filter(isReal)
  const outputs = graph.outputs.filter(isReal)
  // Inputs and outputs keep their names outside.
  const renamed = new Map([...inputs, ...outputs].map(({ name }) => [name, `${name}_half`]))
  const inside = halved(graph, renamed)
  return {
    ...inside,
    nodes: [
      ...inputs.map(({ name }) => castTo('float16', name, `${name}_half`)),
      ...inside.nodes,
      ...outputs.map(({ name }) => castTo('float32', `${name}_half`, name)),
    ],
    inputs: graph.inputs,
    outputs: graph.outputs,
  }
}

/** A graph whose own real numbers, and those of the graphs inside it, have 16 bits; some of its values under other names. */
function halved(graph: GraphProto, renamed: ReadonlyMap<string, string>): GraphProto {
  const nameOf = (name: string): string => renamed.get(name) ?? name
  const value = (info: ValueInfo): ValueInfo =>
    isReal(info) ? { ...info, name: nameOf(info.name), type: 'float16' } : info
  return {
    ...graph,
    initializers: graph.initializers.map(halvedTensor),
    nodes: graph.nodes.map((node) => ({
      ...node,
      inputs: node.inputs.map(nameOf),
      outputs: node.outputs.map(nameOf),
      attributes: Object.fromEntries(
        Object.entries(node.attributes).map(([name, attribute]) => [
          name,
          halvedAttribute(node, name, attribute, renamed),
        ]),
      ),
    })),
    inputs: graph.inputs.map(value),
    outputs: graph.outputs.map(value),
  }
}

function halvedAttribute(
  { opType }: NodeProto,
  name: string,
  attribute: Attribute,
  renamed: ReadonlyMap<string, string>,
): Attribute {
  if (attribute.type === 'graph') return { type: 'graph', value: halved(attribute.value, renamed) }
  const castsToReal =
    opType === 'Cast' && name === 'to' && attribute.type === 'int' && attribute.value === ELEMENT.float32
  return castsToReal ? { type: 'int', value: ELEMENT.float16 } : attribute
}

function halvedTensor(tensor: TensorProto): TensorProto {
  if (tensor.type !== 'float32') return tensor
  const { raw } = tensor
  // Bytes of a tensor may begin anywhere in their buffer.
  const values = new Float32Array(raw.slice().buffer)
  return { ...tensor, type: 'float16', raw: new Uint8Array(Uint16Array.from(values, float16Bits).buffer) }
}

function isReal({ type }: ValueInfo): boolean {
  return type === 'float32'
}

function castTo(type: 'float16' | 'float32', from: string, to: string): NodeProto {
  return {
    opType: 'Cast',
    domain: '',
    inputs: [from],
    outputs: [to],
    attributes: { to: { type: 'int', value: ELEMENT[type] } },
  }
}
