import { mkdtempSync, readFileSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { writeAtomically } from './write-atomically.ts'

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'atomically-'))))
afterEach(() => rmSync(folder, { recursive: true }))

test('what killed downloads left is removed by the next one; what others are writing is not', async () => {
  // No process has this number: it is above every system's limit.
  const dead = 2 ** 30
  const [killed, justKilled, living, old] = [
    `.${dead}.abc.${hostname()}.partial`,
    `.${dead}.abd.${hostname()}.partial`,
    `.${process.pid}.abc.${hostname()}.partial`,
    `.${dead}.abc.another-machine.partial`,
  ]
  for (const name of [killed, justKilled, living, old]) writeFileSync(join(folder, name), 'half of a')
  const now = Date.now() / 1000
  for (const name of [killed, living]) utimesSync(join(folder, name), now - 3600, now - 3600)
  utimesSync(join(folder, old), now - 48 * 3600, now - 48 * 3600)
  await writeAtomically(join(folder, 'images.gz'), 'whole ', Uint8Array.of(33))
  expect(readdirSync(folder).sort()).toEqual([justKilled, living, 'images.gz'].sort())
  expect(readFileSync(join(folder, 'images.gz'), 'utf8')).toBe('whole !')
})
