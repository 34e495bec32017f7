import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { paint } from '../report/paint.ts'
import { createLiveView } from '../report/live-view.ts'
import { describeProblem } from '../report/index.ts'
import { plainText } from '../values/plain-text.ts'
import { Problem } from '../values/problem.ts'
import { forLogs, guardStream, jsonForLogs, outputTo } from './output.ts'

test.each([
  ['::error::x', ': :error::x'],
  ['a\n  ::error file=a::x\r\n::stop-commands::y', 'a\n  : :error file=a::x\n: :stop-commands::y'],
  ['a\r::error::x', 'a\n: :error::x'],
  ['a ##[error]x ##vso[task.complete]y', 'a # #[error]x # #vso[task.complete]y'],
  ['a :: b, a::b, ## heading', 'a :: b, a::b, ## heading'],
  ['\u001b]0;title\u0007a\u001b[2Jb\u009b31mc\u0000d', 'abcd'],
])('%j reaches no terminal and no runner', (text, written) => {
  expect(forLogs(text)).toBe(written)
})

test('colours and redrawing of the program itself stay', () => {
  const text = `\r\u001b[2A${paint(true).red.bold('a')}\u001b[K\n\u001b[J`
  expect(forLogs(text)).toBe(text)
})

test('a stream gets text cleaned, and commands for GitHub as they are', () => {
  const stream = new PassThrough() as unknown as NodeJS.WriteStream
  const output = outputTo(stream)
  output.write('::error::a label\n')
  output.writeRaw('::error::a finding\n')
  expect(String(stream.read())).toBe(': :error::a label\n::error::a finding\n')
})

test('what others write to the stream is plain text', () => {
  const stream = new PassThrough() as unknown as NodeJS.WriteStream
  const output = outputTo(stream)
  guardStream(stream)
  stream.write('\u001b[31m::error::a plugin\n')
  stream.write(Buffer.from('##[error]x\n'))
  output.write('\u001b[31mours\u001b[39m\n')
  output.writeRaw('::error::ours\n')
  expect(String(stream.read())).toBe(
    ': :error::a plugin\n# #[error]x\n\u001b[31mours\u001b[39m\n::error::ours\n',
  )
})

test('JSON is the same JSON', () => {
  const value = { label: 'a\u009b31m ##[error]\u202e \u0000 ##x' }
  const text = jsonForLogs(JSON.stringify(value))
  expect(JSON.parse(text)).toEqual(value)
  expect(forLogs(text)).toBe(text)
})

test('what a plugin throws or prints cannot colour, move or begin a command', () => {
  const evil = '\u001b[31mred\u001b[1A\n::error::x'
  const told = describeProblem(new Problem('usage', evil, { hint: evil }), { colour: false })
  expect(told).not.toContain('\u001b')
  let written = ''
  const view = createLiveView({
    stream: { write: (text) => (written += text) },
    isTTY: false,
    columns: 80,
    colour: false,
  })
  view.event({
    type: 'unit-failed',
    key: 'k',
    label: 'l',
    failure: { kind: 'error', message: evil },
  })
  view.log(plainText(evil))
  expect(written).not.toContain('\u001b')
})
