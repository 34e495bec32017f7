import * as http from 'node:http'
import * as https from 'node:https'

export interface DownloadLimits {
  /** How long a server may take to answer: name look-up, connection and the first byte. */
  readonly answerMs: number
  /** How long it may then send nothing. */
  readonly silenceMs: number
  /** More than this many bytes cannot be what was asked for. */
  readonly maxBytes: number
}

/** A download that did not succeed; the message is a short reason such as `ENOTFOUND` or `HTTP 404`. */
export class DownloadError extends Error {}

const MAX_REDIRECTS = 5

/**
 * The bytes behind an http or https address, redirects followed, nothing decoded. `progress` hears the bytes so far and, where
 * the server says it, their total. Throws a `DownloadError`. Every socket is closed at the end, so that a process
 * which gave up on a dead server can exit.
 */
export async function download(
  url: string,
  limits: DownloadLimits,
  progress: (done: number, total: number | undefined) => void = () => undefined,
): Promise<Uint8Array> {
  let address = url
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const answer = await get(address, limits, progress)
    if (answer instanceof Uint8Array) return answer
    address = answer.movedTo
  }
  throw new DownloadError(`more than ${MAX_REDIRECTS} redirects`)
}

function get(
  url: string,
  limits: DownloadLimits,
  progress: (done: number, total: number | undefined) => void,
): Promise<Uint8Array | { movedTo: string }> {
  return new Promise((resolve, reject) => {
    const { protocol } = new URL(url)
    if (protocol !== 'http:' && protocol !== 'https:')
      throw new DownloadError(`${protocol} is not http or https`)
    const client = protocol === 'http:' ? http : https
    // agent: false gives the request a connection of its own, which ends with it
    const request = client.get(url, { agent: false, headers: { 'accept-encoding': 'identity' } })
    const fail = (reason: string) => {
      clearTimeout(timer)
      request.destroy()
      reject(new DownloadError(reason))
    }
    let timer = setTimeout(() => fail(`no answer within ${limits.answerMs / 1000} s`), limits.answerMs)
    request.on('error', (error: NodeJS.ErrnoException) => fail(error.code ?? error.message))
    request.on('response', (response) => {
      const { statusCode = 0, headers } = response
      if (statusCode >= 300 && statusCode < 400 && headers.location !== undefined) {
        if (!URL.canParse(headers.location, url)) {
          fail(`a redirect to "${headers.location}"`)
          return
        }
        clearTimeout(timer)
        request.destroy()
        resolve({ movedTo: new URL(headers.location, url).href })
        return
      }
      if (statusCode !== 200) {
        fail(`HTTP ${statusCode}`)
        return
      }
      const total = headers['content-length'] === undefined ? undefined : Number(headers['content-length'])
      const chunks: Uint8Array[] = []
      let done = 0
      const listen = () => {
        clearTimeout(timer)
        timer = setTimeout(() => fail(`nothing came for ${limits.silenceMs / 1000} s`), limits.silenceMs)
      }
      listen()
      response.on('data', (chunk: Uint8Array) => {
        listen()
        chunks.push(chunk)
        done += chunk.length
        progress(done, total)
        if (done > limits.maxBytes) fail(`more than ${limits.maxBytes} bytes`)
      })
      response.on('error', (error: NodeJS.ErrnoException) => fail(error.code ?? error.message))
      response.on('end', () => {
        clearTimeout(timer)
        resolve(Buffer.concat(chunks))
      })
    })
  })
}
