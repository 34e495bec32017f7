import { afterEach, beforeEach, expect, test } from 'vitest'
import { turnTelemetryOff } from './load-ort.ts'

const before = process.env.ORT_DISABLE_TELEMETRY
const restore = () => {
  if (before === undefined) delete process.env.ORT_DISABLE_TELEMETRY
  else process.env.ORT_DISABLE_TELEMETRY = before
}
beforeEach(() => {
  delete process.env.ORT_DISABLE_TELEMETRY
})
afterEach(restore)

test('telemetry is off, unless the user has set the variable', () => {
  turnTelemetryOff()
  expect(process.env.ORT_DISABLE_TELEMETRY).toBe('1')
  process.env.ORT_DISABLE_TELEMETRY = '0'
  turnTelemetryOff()
  expect(process.env.ORT_DISABLE_TELEMETRY).toBe('0')
})
