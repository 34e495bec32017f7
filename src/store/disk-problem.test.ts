import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { Problem } from '../values/problem.ts'
import { diskProblem, errorCode, onDisk } from './disk-problem.ts'

const failed = (code: unknown, details: object = {}) =>
  Object.assign(new Error('the system objects'), { code, ...details })

test('a failed file operation is told with what was done, where, why and what to do', () => {
  const error = failed('ENOSPC', { path: '/store/a' })
  expect(diskProblem(error, 'write the artifact', '/store/a')).toMatchObject({
    kind: 'infrastructure',
    message: 'Cannot write the artifact /store/a: the disk is full (ENOSPC).',
    hint: 'Free some space on that disk, or choose a store on another one.',
    cause: error,
  })
})

test.each([
  ['at another path', { path: '/store/tmp' }, /: permission denied \(EACCES at \/store\/tmp\)\.$/, 'EACCES'],
  ['at no path that is told', {}, /: permission denied \(EACCES\)\.$/, 'EACCES'],
  ['by a call that says more', { syscall: 'mkdir' }, /: no folder can be made there \(ENOENT\)\.$/, 'ENOENT'],
  ['by any other call', { syscall: 'open' }, /: it is not there any more \(ENOENT\)\.$/, 'ENOENT'],
  ['with a number that nobody explained', {}, /: the system objects \(EXYZ\)\.$/, 'EXYZ'],
])('%s', (_, details, message, code) => {
  const problem = diskProblem(failed(code, details), 'write', '/store/a') as Problem
  expect(problem.message).toMatch(message)
  expect(problem.hint).toBeTruthy()
})

test('anything else stays what it is', () => {
  const others = [new Error('a bug'), failed(13), new Problem('data', 'told already'), 'text', undefined]
  for (const other of others) {
    expect(errorCode(other)).toBeUndefined()
    expect(diskProblem(other, 'write', '/store')).toBe(other)
  }
  const told = Object.assign(new Problem('data', 'told already'), { code: 'ENOENT' })
  expect(diskProblem(told, 'write', '/store')).toBe(told)
  expect(errorCode({ code: 'ENOENT' })).toBeUndefined()
  expect(errorCode(failed('ENOENT'))).toBe('ENOENT')
})

test('what succeeds is passed on', () => {
  expect(onDisk('read', '/', () => 3)).toBe(3)
  expect(() => onDisk('read the file', '/none', () => readFileSync('/none'))).toThrow(
    'Cannot read the file /none: it is not there any more (ENOENT).',
  )
})
