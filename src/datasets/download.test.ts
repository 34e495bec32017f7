import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { connect, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { download, DownloadError, type DownloadLimits } from './download.ts'
import { deadAddress, localServer } from './tiny-mnist.fixture.ts'

const limits: DownloadLimits = { answerMs: 5000, silenceMs: 5000, leastBytes: 1, maxBytes: 1000 }

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
  'a byte now and then': [
    (_, response) => {
      const drip = setInterval(() => response.write('x'), 20)
      response.on('close', () => clearInterval(drip))
    },
    { silenceMs: 200, leastBytes: 100 },
    'bytes came for 0.2 s',
  ],
  'a connection that breaks': [
    (_, response) => {
      response.writeHead(200, { 'content-length': 500 })
      response.write('begun', () => response.destroy())
    },
    {},
    'closed',
  ],
}

test.each(Object.entries(answers))('%s is a failed download', async (_, [answer, change, reason]) => {
  const url = await localServer(answer)
  const failure = download(url, { ...limits, ...change })
  await expect(failure).rejects.toThrow(DownloadError)
  await expect(failure).rejects.toThrow(reason)
})

const proxies = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy']
afterEach(() => vi.unstubAllEnvs())

test('https goes through a tunnel of the proxy that HTTPS_PROXY names, and a certificate nobody vouches for is refused', async () => {
  for (const name of proxies) vi.stubEnv(name, undefined)
  const folder = mkdtempSync(join(tmpdir(), 'certificate-'))
  const [keyFile, certFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-subj', '/CN=data.invalid']
  execFileSync('openssl', [...made, '-keyout', keyFile, '-out', certFile], { stdio: 'ignore' })
  const server = createSecureServer(
    { key: readFileSync(keyFile), cert: readFileSync(certFile) },
    (_, response) => response.end('through'),
  )
  const asked: string[] = []
  const proxy = createServer().on('connect', (request, socket) => {
    asked.push(request.url ?? '')
    const to = connect((server.address() as AddressInfo).port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      to.pipe(socket).pipe(to)
    })
    for (const one of [socket, to]) one.on('error', () => undefined)
  })
  for (const one of [server, proxy])
    await new Promise<void>((listening) => one.listen(0, '127.0.0.1', listening))
  try {
    vi.stubEnv('HTTPS_PROXY', `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`)
    await expect(download('https://data.invalid/file', limits)).rejects.toThrow(/SELF_SIGNED/)
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0')
    expect(Buffer.from(await download('https://data.invalid/file', limits)).toString()).toBe('through')
    expect(asked).toEqual(['data.invalid:443', 'data.invalid:443'])
  } finally {
    proxy.close()
    server.close()
    rmSync(folder, { recursive: true })
  }
})

test('a proxy is asked, but for hosts that it is not for', async () => {
  for (const name of proxies) vi.stubEnv(name, undefined)
  const asked: string[] = []
  const proxy = createServer().on('connect', (request, socket) => {
    asked.push(request.url ?? '')
    const to = connect(Number(new URL(server).port), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      to.pipe(socket).pipe(to)
    })
  })
  const server = await localServer((_, response) => response.end('through'))
  await new Promise<void>((listening) => proxy.listen(0, '127.0.0.1', listening))
  try {
    vi.stubEnv('HTTP_PROXY', `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`)
    expect(Buffer.from(await download('http://data.invalid/file', limits)).toString()).toBe('through')
    expect(asked).toEqual(['data.invalid:80'])
    vi.stubEnv('NO_PROXY', '127.0.0.1')
    expect(Buffer.from(await download(server, limits)).toString()).toBe('through')
    expect(asked).toHaveLength(1)
  } finally {
    proxy.close()
  }
})

test('nobody listening is a failed download', async () => {
  await expect(download(await deadAddress(), limits)).rejects.toThrow('ECONNREFUSED')
})
