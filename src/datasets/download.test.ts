import type { RequestListener } from 'node:http'
import { expect, test } from 'vitest'
import { download, DownloadError, type DownloadLimits } from './download.ts'
import { deadAddress, localServer } from './tiny-mnist.fixture.ts'

const limits: DownloadLimits = { answerMs: 5000, silenceMs: 5000, maxBytes: 1000 }

test('the bytes arrive as they are, with progress', async () => {
  const bytes = Uint8Array.from({ length: 500 }, (_, i) => i % 256)
  const url = await localServer((_, response) =>
    response.writeHead(200, { 'content-length': 500 }).end(bytes),
  )
  const progress: (readonly [number, number | undefined])[] = []
  const got = await download(url, limits, (done, total) => progress.push([done, total]))
  expect(Buffer.compare(got, bytes)).toBe(0)
  expect(progress.at(-1)).toEqual([500, 500])
})

test('redirects are followed, relative ones too', async () => {
  const url = await localServer((request, response) => {
    if (request.url === '/a/file') response.writeHead(302, { location: '../b/file' }).end()
    else response.end(request.url)
  })
  expect(Buffer.from(await download(`${url}a/file`, limits)).toString()).toBe('/b/file')
})

const answers: Readonly<Record<string, readonly [RequestListener, Partial<DownloadLimits>, string]>> = {
  'a missing file': [(_, response) => response.writeHead(404).end(), {}, 'HTTP 404'],
  'redirects in a circle': [
    (_, response) => response.writeHead(302, { location: '/' }).end(),
    {},
    'redirects',
  ],
  'a redirect to nowhere': [
    (_, response) => response.writeHead(302, { location: 'http://' }).end(),
    {},
    'a redirect to "http://"',
  ],
  'a redirect to a file': [
    (_, response) => response.writeHead(302, { location: 'file:///x' }).end(),
    {},
    'file: is not http',
  ],
  'too much': [(_, response) => response.end(Buffer.alloc(2000)), {}, 'more than 1000 bytes'],
  'no answer': [() => undefined, { answerMs: 50 }, 'no answer within 0.05 s'],
  'an answer that stops': [
    (_, response) => response.write('begun'),
    { silenceMs: 50 },
    'nothing came for 0.05 s',
  ],
  'a connection that breaks': [
    (_, response) => {
      response.writeHead(200, { 'content-length': 500 })
      response.write('begun', () => response.destroy())
    },
    {},
    'ECONNRESET',
  ],
}

test.each(Object.entries(answers))('%s is a failed download', async (_, [answer, change, reason]) => {
  const url = await localServer(answer)
  const failure = download(url, { ...limits, ...change })
  await expect(failure).rejects.toThrow(DownloadError)
  await expect(failure).rejects.toThrow(reason)
})

test('nobody listening is a failed download', async () => {
  await expect(download(await deadAddress(), limits)).rejects.toThrow('ECONNREFUSED')
})
