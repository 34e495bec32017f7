import { plainText } from '../../values/plain-text.ts'

/** An XML element: its children are elements and text. */
export interface Element {
  readonly name: string
  readonly attributes: Readonly<Record<string, string | number>>
  readonly children: readonly (Element | string)[]
}

/** An XML document of this root, indented; text keeps its own line breaks. */
export function xml(root: Element): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${written(root, '')}\n`
}

function written({ name, attributes, children }: Element, indent: string): string {
  const stated = Object.entries(attributes).map(
    ([key, value]) => ` ${key}="${escaped(String(value)).replaceAll('\n', '&#10;')}"`,
  )
  const open = `${indent}<${name}${stated.join('')}`
  if (children.length === 0) return `${open}/>`
  if (children.every((child) => typeof child === 'string')) {
    return `${open}>${children.map(escaped).join('')}</${name}>`
  }
  const inside = children.map((child) =>
    typeof child === 'string' ? escaped(child) : written(child, `${indent}  `),
  )
  return [`${open}>`, ...inside, `${indent}</${name}>`].join('\n')
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
}

function escaped(text: string): string {
  return plainText(text).replace(/[&<>"]/g, (character) => entities[character] ?? '')
}
