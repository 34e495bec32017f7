import { mkdtempSync, rmSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { openStore } from '../../store/index.ts'
import { digest } from '../../values/digest.ts'
import type { Environment } from '../environment.ts'
import { cacheCommand } from './cache.ts'

const made: string[] = []
afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true })
})

const key = digest('a unit')
const checkpoint = { content: Uint8Array.of(1, 2, 3), label: 'search a', seconds: 1 }

/** A store with one checkpoint, and what commands on it print. */
async function stored(saved: Date) {
  const folder = mkdtempSync(join(tmpdir(), 'cache-'))
  made.push(folder)
  const { checkpoints } = openStore(folder)
  await checkpoints.save(key, { ...checkpoint, saved: saved.toISOString() })
  const run = async (...positionals: string[]) => {
    let printed = ''
    const stdout = { write: (text: string) => (printed += text) } as unknown as Environment['stdout']
    const env: Environment = { cwd: folder, root: folder, env: {}, stdout, stderr: stdout }
    const code = await cacheCommand.run({ positionals, options: { store: folder } }, env)
    return { code, printed }
  }
  return { checkpoints, run, file: join(folder, 'checkpoints', key.slice(0, 2), key) }
}

test('clean keeps checkpoints of the last 30 days and removes older ones', async () => {
  const young = await stored(new Date())
  expect((await young.run('clean')).printed).toMatch(/^kept: +search a .*\n0 of 1 checkpoints removed; /)
  expect(await young.checkpoints.read(key)).toBeDefined()
  const old = await stored(new Date(Date.now() - 31 * 24 * 60 * 60 * 1000))
  expect((await old.run('clean')).printed).toMatch(
    /^removed: search a .*; it is more than 30 days old\)\n1 of 1/,
  )
  expect(await old.checkpoints.read(key)).toBeUndefined()
})

test.each(['clean', 'verify'])('%s tells once of a damaged checkpoint that it sets aside', async (name) => {
  const { run, file } = await stored(new Date())
  truncateSync(file, 80)
  const { printed } = await run(name)
  expect(printed.split('bad: ')).toHaveLength(2)
  expect(printed).toContain(`bad: ${file}\n`)
  expect((await run(name)).printed).not.toContain('bad')
})

test('what cache cannot do is named, with what it can', async () => {
  const { run } = await stored(new Date())
  await expect(run('tidy')).rejects.toThrow('cache tidy is not a command')
  await expect(run()).rejects.toThrow('cache does not say what to do')
})
