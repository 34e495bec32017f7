import * as Plot from '@observablehq/plot'
import { DOMParser } from 'linkedom'
import { plainText } from '../../values/plain-text.ts'

/** A drawn part of a figure. */
export interface Panel {
  readonly element: SvgElement
  readonly width: number
  readonly height: number
}

/** What is used of an SVG element; the types of browsers are not loaded. */
interface SvgElement {
  readonly outerHTML: string
  setAttribute(name: string, value: string): void
  removeAttribute(name: string): void
  append(...children: (SvgElement | string)[]): void
  querySelector(selector: string): (SvgElement & { remove(): void }) | null
}

interface SvgDocument {
  createElementNS(namespace: string, name: string): SvgElement
}

const SVG = 'http://www.w3.org/2000/svg'
// A document of XML: one of HTML does not escape what stands in attributes.
const document = new DOMParser().parseFromString('<svg/>', 'image/svg+xml') as unknown as SvgDocument

/** The width of a figure, in pixels: that of a page's column. */
export const WIDTH = 720

/** A plot as a panel. Fonts, grid and margins are those of all figures unless the options say otherwise. */
export function panel({ width = WIDTH, height = 360, ...options }: Plot.PlotOptions): Panel {
  const element = Plot.plot({
    document: document as never,
    className: 'plot',
    width,
    height,
    marginLeft: 56,
    marginRight: 16,
    marginBottom: 40,
    ...options,
    style: { fontSize: '12px', ...(options.style as object) },
  }) as unknown as SvgElement
  // Its rules are for figures inside a page's text.
  element.querySelector('style')?.remove()
  return { element, width, height }
}

/** A line of text as a panel, as a figure's title or what a part of it shows. */
export function caption(text: string, kind: 'title' | 'part'): Panel {
  const height = { title: 30, part: 24 }[kind]
  const element = document.createElementNS(SVG, 'svg')
  const line = document.createElementNS(SVG, 'text')
  for (const [name, value] of Object.entries({
    x: '4',
    y: String(height - 11),
    'font-size': { title: '15', part: '12' }[kind],
    'font-weight': '600',
    fill: 'currentColor',
  }))
    line.setAttribute(name, value)
  line.append(text)
  element.append(line)
  return { element, width: WIDTH, height }
}

/** Panels one under the other as one SVG, with numbers as exact as a screen can show. */
export function figureSvg(panels: readonly Panel[], alternative: string): string {
  const width = Math.max(...panels.map((one) => one.width))
  const height = panels.reduce((sum, one) => sum + one.height, 0)
  const svg = document.createElementNS(SVG, 'svg')
  const attributes = {
    xmlns: SVG,
    viewBox: `0 0 ${width} ${height}`,
    width: String(width),
    height: String(height),
    'font-family': 'system-ui, sans-serif',
    role: 'img',
    'aria-label': alternative,
  }
  for (const [name, value] of Object.entries(attributes)) svg.setAttribute(name, value)
  let top = 0
  for (const one of panels) {
    for (const [name, value] of Object.entries({ y: top, width: one.width, height: one.height }))
      one.element.setAttribute(name, String(value))
    // Parts of an image: the whole has the text alternative.
    one.element.removeAttribute('class')
    svg.append(one.element)
    top += one.height
  }
  return rounded(withoutInnerLabels(plainText(svg.outerHTML)))
}

function withoutInnerLabels(text: string): string {
  const end = text.indexOf('>')
  return text.slice(0, end) + text.slice(end).replace(/ aria-(?:label|hidden)="[^"]*"/g, '')
}

/** Rounds numbers of attributes, not of text that is shown. */
function rounded(svg: string): string {
  return svg.replace(/<[^>]*>/g, (tag) =>
    tag.replace(/ (?:d|transform|[xy][12]?|c[xy]|r|width|height|points)="[^"]*"/g, (attribute) =>
      attribute.replace(/-?\d+\.\d+(?:e-?\d+)?/g, (n) => String(Number(Number(n).toFixed(1)))),
    ),
  )
}
