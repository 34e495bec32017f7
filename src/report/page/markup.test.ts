import { expect, test } from 'vitest'
import { html } from './markup.ts'

test('text is escaped, markup is not', () => {
  const inner = html`<b>${'a & <b>'}</b>`
  expect(html`<p title="${`"'`}">${inner}</p>`.text).toBe(
    '<p title="&quot;&#39;"><b>a &amp; &lt;b&gt;</b></p>',
  )
})

test('lists follow one another, null is nothing, zero is something', () => {
  expect(html`${[html`<i>1</i>`, 'x', null]}${null}${0}`.text).toBe('<i>1</i>x0')
})
