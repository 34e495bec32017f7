import type * as v from 'valibot'
import type { JsonObject, Json } from '../values/json.ts'

/** What of a valibot schema is looked at here. */
interface Node {
  readonly type: string
  readonly entries?: Readonly<Record<string, Node>>
  readonly item?: Node
  readonly items?: readonly Node[]
  readonly wrapped?: Node
  readonly value?: Node
  readonly literal?: string
  readonly options?: readonly (Node | string)[]
  readonly pipe?: readonly (Node & { readonly requirement?: unknown; readonly description?: string })[]
}

/**
 * The JSON Schema (2020-12) of a valibot schema, for people and other programs. Throws a RangeError for kinds of
 * schemas that `results.json` does not use.
 */
export function jsonSchema(schema: v.GenericSchema, title: string): JsonObject {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title,
    ...convert(schema),
  }
}

function convert(node: Node): JsonObject {
  const converted = byType(node)
  return (node.pipe ?? []).slice(1).reduce((all, action) => ({ ...all, ...refined(action) }), converted)
}

function byType(node: Node): JsonObject {
  // A pipe looks like its first member, which may be a pipe itself.
  const first = node.pipe?.[0]
  if (first !== undefined && first !== node) return convert(first)
  switch (node.type) {
    case 'string':
    case 'number':
    case 'boolean':
      return { type: node.type }
    case 'literal':
      return { const: node.literal as string }
    case 'picklist':
      return { enum: node.options as readonly string[] }
    case 'array':
      return { type: 'array', items: convert(node.item as Node) }
    case 'strict_tuple': {
      const items = (node.items ?? []).map(convert)
      return { type: 'array', prefixItems: items, minItems: items.length, items: false }
    }
    case 'record':
      return { type: 'object', additionalProperties: convert(node.value as Node) }
    case 'nullable':
      return nullable(convert(node.wrapped as Node))
    case 'exact_optional':
      return convert(node.wrapped as Node)
    case 'variant':
    case 'union':
      return { [node.type === 'union' ? 'anyOf' : 'oneOf']: (node.options as readonly Node[]).map(convert) }
    case 'strict_object': {
      const entries = Object.entries(node.entries ?? {})
      return {
        type: 'object',
        properties: Object.fromEntries(entries.map(([name, entry]) => [name, convert(entry)])),
        required: entries.filter(([, entry]) => entry.type !== 'exact_optional').map(([name]) => name),
        additionalProperties: false,
      }
    }
    default:
      throw new RangeError(`no JSON Schema for ${node.type}`)
  }
}

function nullable(schema: JsonObject): JsonObject {
  return typeof schema.type === 'string'
    ? { ...schema, type: [schema.type, 'null'] }
    : { anyOf: [schema, { type: 'null' }] }
}

function refined({ type, requirement, description }: NonNullable<Node['pipe']>[number]): JsonObject {
  switch (type) {
    case 'description':
      return { description: description ?? '' }
    case 'integer':
      return { type: 'integer' }
    case 'finite':
      return {}
    case 'min_value':
      return { minimum: requirement as Json }
    case 'max_value':
      return { maximum: requirement as Json }
    case 'regex':
      return { pattern: (requirement as RegExp).source }
    default:
      throw new RangeError(`no JSON Schema for ${type}`)
  }
}
