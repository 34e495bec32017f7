import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openJournal } from '../store/index.ts'
import { lastDevice } from './recorded-runs.ts'

let store: string
beforeEach(() => (store = mkdtempSync(join(tmpdir(), 'runs-'))))
afterEach(() => rmSync(store, { recursive: true }))

let runs = 0
function ran(suite: string, device: string, more: { settled?: boolean; runtime?: string } = {}): void {
  const { settled, runtime = 'onnx' } = more
  const journal = openJournal<object>(store, `run-${String(++runs).padStart(4, '0')}`)
  const identity = { suite, profile: 'full', engine: { runtime, device } }
  journal.append({ type: 'run', identity, cells: [], ...(settled === undefined ? {} : { settled }) })
  journal.close()
}

test('a suite was last computed where its newest run was, however many of other suites followed', () => {
  expect(lastDevice(store, 'a', 'full')).toBeUndefined()
  ran('a', 'cpu')
  ran('a', 'gpu')
  for (let i = 0; i < 60; i++) ran('b', 'cpu')
  ran('a', 'cpu', { runtime: 'wasm' })
  expect(lastDevice(store, 'a', 'full')).toBe('gpu')
  expect(lastDevice(store, 'a', 'quick')).toBeUndefined()
})

test('a device that was only what was left does not count', () => {
  ran('a', 'cpu', { settled: false })
  expect(lastDevice(store, 'a', 'full')).toBeUndefined()
  ran('a', 'gpu', { settled: true })
  ran('a', 'cpu', { settled: false })
  expect(lastDevice(store, 'a', 'full')).toBe('gpu')
})
