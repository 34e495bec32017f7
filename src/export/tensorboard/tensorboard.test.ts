import { crc32c } from '@aws-crypto/crc32c'
import protobuf from 'protobufjs'
import { expect, test } from 'vitest'
import { cellEvents } from './cell-events.ts'
import { eventFile } from './events.ts'

/** TensorFlow's own definitions (core/util/event.proto, core/framework/summary.proto), as far as scalars need them. */
const { root } = protobuf.parse(`
  syntax = "proto3";
  package tensorflow;
  message Event {
    double wall_time = 1;
    int64 step = 2;
    oneof what { string file_version = 3; bytes graph_def = 4; Summary summary = 5; }
  }
  message Summary {
    message Value {
      string node_name = 7;
      string tag = 1;
      oneof value { float simple_value = 2; bytes obsolete_old_style_histogram = 3; }
    }
    repeated Value value = 1;
  }
`)
const Event = root.lookupType('tensorflow.Event')

/** Zeros and empty lists are not written. */
interface Read {
  readonly wallTime?: number
  readonly step?: number
  readonly fileVersion?: string
  readonly summary?: { readonly value: readonly { readonly tag: string; readonly simpleValue: number }[] }
}

/** TFRecord's definition read by others' code: the checksums by AWS' CRC-32C, the messages by protobuf.js. */
function read(file: Uint8Array): Read[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  const sumAt = (from: number, length: number): number => {
    const crc = BigInt(crc32c(file.subarray(from, from + length)))
    return Number((((crc >> 15n) | (crc << 17n)) + 0xa282ead8n) & 0xffffffffn)
  }
  const events: Read[] = []
  for (let at = 0; at < file.length;) {
    const length = Number(view.getBigUint64(at, true))
    expect(view.getUint32(at + 8, true)).toBe(sumAt(at, 8))
    expect(view.getUint32(at + 12 + length, true)).toBe(sumAt(at + 12, length))
    const event = Event.decode(file.subarray(at + 12, at + 12 + length))
    events.push(Event.toObject(event, { longs: Number }))
    at += 16 + length
  }
  return events
}

const f = Math.fround

test('others read what was written: a version, then each moment with its step and values', () => {
  const file = eventFile([
    { step: 1, values: { 'loss/epoch': 2.25, 'accuracy/test': 97.31 } },
    { step: 300_000, values: { 'search/temperature': 0.0123 } },
  ])
  expect(read(file)).toEqual([
    { fileVersion: 'brain.Event:2' },
    {
      wallTime: 1,
      step: 1,
      summary: {
        value: [
          { tag: 'loss/epoch', simpleValue: 2.25 },
          { tag: 'accuracy/test', simpleValue: f(97.31) },
        ],
      },
    },
    {
      wallTime: 300_000,
      step: 300_000,
      summary: { value: [{ tag: 'search/temperature', simpleValue: f(0.0123) }] },
    },
  ])
})

test('a changed byte does not go unnoticed', () => {
  const file = eventFile([{ step: 1, values: { loss: 1 } }])
  for (const at of [0, 13, file.length - 6]) {
    const damaged = file.slice()
    damaged[at] = (damaged[at] as number) ^ 1
    expect(() => read(damaged)).toThrow()
  }
})

test('a cell has its epochs, its first iterations and its search', () => {
  const file = cellEvents({
    curve: [
      { epoch: 1, loss: 0.5, validation: { correct: 90, total: 100 }, test: null },
      { epoch: 2, loss: 0.25, validation: { correct: 95, total: 100 }, test: { correct: 199, total: 200 } },
    ],
    losses: { iterations: [1, 2], loss: [2.5, 2] },
    trace: { evaluated: [10, 20], best: [12, 14], temperature: [0.5, 0.25] },
  })
  const plotted = read(file as Uint8Array)
    .slice(1)
    .map(({ step, summary }) => [
      step,
      Object.fromEntries((summary?.value ?? []).map((v) => [v.tag, v.simpleValue])),
    ])
  expect(plotted).toEqual([
    [1, { 'loss/epoch': 0.5, 'accuracy/validation': 90 }],
    [2, { 'loss/epoch': 0.25, 'accuracy/validation': 95, 'accuracy/test': 99.5 }],
    [1, { 'loss/iteration': 2.5 }],
    [2, { 'loss/iteration': 2 }],
    [10, { 'search/best': 12, 'search/temperature': 0.5 }],
    [20, { 'search/best': 14, 'search/temperature': 0.25 }],
  ])
})

test('a cell that was not trained has no file', () => {
  expect(cellEvents({ curve: [], losses: undefined, trace: undefined })).toBeUndefined()
})
