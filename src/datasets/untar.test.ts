import { execFileSync } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tarOf } from './tiny-cifar.fixture.ts'
import { temporaryFolder } from './tiny-mnist.fixture.ts'
import { untar } from './untar.ts'

const FILES = {
  'a/one.bin': Uint8Array.from([1, 2, 3]),
  'a/none': new Uint8Array(),
  two: new Uint8Array(513),
}

test('gives the files of an archive by path', () => {
  expect(Object.fromEntries(untar(tarOf(FILES)))).toEqual(
    Object.fromEntries(Object.entries(FILES).map(([path, content]) => [path, Buffer.from(content)])),
  )
})

test('reads what tar writes: folders and links left out, long paths joined', async () => {
  const folder = await temporaryFolder()
  const long = join('d'.repeat(90), 'e'.repeat(60))
  await mkdir(join(folder, long), { recursive: true })
  await writeFile(join(folder, long, 'file'), 'deep')
  await writeFile(join(folder, 'flat'), 'x'.repeat(1000))
  execFileSync('ln', ['-s', 'flat', join(folder, 'link')])
  execFileSync('tar', ['--format=ustar', '-cf', 'x.tar', 'flat', 'link', 'd'.repeat(90)], {
    cwd: folder,
  })
  const files = untar(await readFile(join(folder, 'x.tar')))
  const texts = [...files].map(([path, content]) => [path, Buffer.from(content).toString()])
  expect(texts).toEqual([
    ['flat', 'x'.repeat(1000)],
    [`${long}/file`, 'deep'],
  ])
})

test.each([
  ['in a file', 512 + 100, 'two is cut short: its header promises 513 bytes, but 100 follow'],
  ['after the last file', 512 + 1024, 'it has no end mark'],
  ['before its first header', 0, 'it has no end mark'],
])('an archive that is cut short %s is refused', (_, length, told) => {
  expect(() => untar(tarOf({ two: FILES.two }).subarray(0, length))).toThrow(told)
})

test('a damaged header is refused', () => {
  const tar = tarOf(FILES)
  tar[3] = (tar[3] as number) ^ 1
  expect(() => untar(tar)).toThrow('no tar header at byte 0')
  expect(() => untar(Buffer.from('<html>'.repeat(200)))).toThrow('no tar header at byte 0')
})
