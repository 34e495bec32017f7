import type { Verdict } from './types.ts'

/** The text of `verdict.json`: one assertion and one change per line. */
export function serializeVerdict({ assertions, baseline, ...head }: Verdict): string {
  const list = (items: readonly unknown[], indent: string) =>
    items.length === 0
      ? '[]'
      : `[\n${items.map((item) => `${indent}  ${JSON.stringify(item)}`).join(',\n')}\n${indent}]`
  const comparison =
    baseline === null
      ? 'null'
      : `{\n${Object.entries(baseline)
          .map(([name, value]: [string, unknown]) => {
            const text = Array.isArray(value) ? list(value, '    ') : JSON.stringify(value)
            return `    "${name}": ${text}`
          })
          .join(',\n')}\n  }`
  return [
    '{',
    ...Object.entries(head).map(([name, value]) => `  "${name}": ${JSON.stringify(value)},`),
    `  "assertions": ${list(assertions, '  ')},`,
    `  "baseline": ${comparison}`,
    '}',
    '',
  ].join('\n')
}
