import * as v from 'valibot'
import type { Digest } from '../values/digest.ts'
import type { WorkerMessage } from './protocol.ts'

const text = v.string()
const number = v.number()
const key = v.custom<Digest>((value) => typeof value === 'string')
const note = v.exactOptional(text)
const lines = v.exactOptional(v.array(text))

const failure = v.object({
  kind: v.picklist(['error', 'crash', 'timeout']),
  message: text,
  hint: note,
  stack: note,
  exitCode: v.exactOptional(number),
  signal: note,
  stderr: lines,
})
const progress = { key, done: number, total: number, note }

const schema = v.variant('type', [
  v.object({ type: v.literal('ready') }),
  v.object({ type: v.literal('answered') }),
  v.object({
    type: v.literal('quarantined'),
    ...{ key, file: text, expected: text, found: text, movedTo: text },
  }),
  v.object({ type: v.literal('accepted'), key }),
  v.object({ type: v.literal('progress'), ...progress }),
  v.object({ type: v.literal('resumed'), ...progress, saved: text }),
  v.object({
    type: v.literal('finished'),
    ...{ key, seconds: number, published: v.picklist(['committed', 'duplicate', 'conflict', 'replaced']) },
  }),
  v.object({ type: v.literal('bad-input'), key, input: key }),
  v.object({
    type: v.literal('failed'),
    ...{ key, failure, last: v.boolean() },
    problem: v.exactOptional(
      v.picklist(['usage', 'nothing-matched', 'data', 'infrastructure', 'cell', 'device']),
    ),
  }),
])

/** The message that a line of a worker's pipe is; undefined where it is none, as a plugin wrote there or the worker is broken. */
export function parseMessage(line: string): WorkerMessage | undefined {
  try {
    return v.parse(schema, JSON.parse(line)) satisfies WorkerMessage
  } catch {
    return undefined
  }
}
