export interface DownloadLimits {
  /** How long a server may take to answer: name look-up, connection and the first byte. */
  readonly answerMs: number
  /** How long it may then send fewer bytes than `leastBytes`. */
  readonly silenceMs: number
  readonly leastBytes: number
  /** More than this many bytes cannot be what was asked for. */
  readonly maxBytes: number
}

/** A download that did not succeed; the message is a short reason such as `ENOTFOUND` or `HTTP 404`. */
export class DownloadError extends Error {}

const MAX_REDIRECTS = 5

/**
 * The bytes behind an http or https address, redirects followed, nothing decoded, through the proxy that HTTPS_PROXY, HTTP_PROXY and NO_PROXY tell. `progress` hears the bytes so far and, where
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

async function get(
  url: string,
  limits: DownloadLimits,
  progress: (done: number, total: number | undefined) => void,
): Promise<Uint8Array | { movedTo: string }> {
  const { protocol } = new URL(url)
  if (protocol !== 'http:' && protocol !== 'https:')
    throw new DownloadError(`${protocol} is not http or https`)
  const { EnvHttpProxyAgent, request } = await import('undici')
  // An agent of its own, destroyed at the end with its sockets. It reads HTTPS_PROXY, HTTP_PROXY and NO_PROXY.
  const agent = new EnvHttpProxyAgent({ headersTimeout: 0, bodyTimeout: 0 })
  const abort = new AbortController()
  const giveUp = (reason: string) => abort.abort(new DownloadError(reason))
  let timer = setTimeout(() => giveUp(`no answer within ${limits.answerMs / 1000} s`), limits.answerMs)
  try {
    const headers = { 'accept-encoding': 'identity' }
    const answer = await request(url, { dispatcher: agent, signal: abort.signal, headers })
    const { location, 'content-length': length } = answer.headers
    if (answer.statusCode >= 300 && answer.statusCode < 400 && typeof location === 'string') {
      if (!URL.canParse(location, url)) throw new DownloadError(`a redirect to "${location}"`)
      return { movedTo: new URL(location, url).href }
    }
    if (answer.statusCode !== 200) throw new DownloadError(`HTTP ${answer.statusCode}`)
    const total = typeof length === 'string' ? Number(length) : undefined
    const chunks: Uint8Array[] = []
    let [done, before] = [0, 0]
    clearTimeout(timer)
    // A byte now and then is no answer, either.
    timer = setInterval(() => {
      const came = done - before
      before = done
      if (came < limits.leastBytes)
        giveUp(`${came === 0 ? 'nothing' : `only ${came} bytes`} came for ${limits.silenceMs / 1000} s`)
    }, limits.silenceMs)
    for await (const chunk of answer.body as AsyncIterable<Uint8Array>) {
      chunks.push(chunk)
      done += chunk.length
      progress(done, total)
      if (done > limits.maxBytes) throw new DownloadError(`more than ${limits.maxBytes} bytes`)
    }
    return Buffer.concat(chunks)
  } catch (error) {
    if (error instanceof DownloadError) throw error
    if (abort.signal.aborted) throw abort.signal.reason
    throw new DownloadError(reasonOf(error))
  } finally {
    clearInterval(timer)
    void agent.destroy()
  }
}

/** The system's short name of what went wrong, where it has one. */
function reasonOf(error: unknown): string {
  const { cause } = error as Error
  for (const one of [cause, error]) {
    const { code } = (one ?? {}) as NodeJS.ErrnoException
    if (code !== undefined && !code.startsWith('UND_')) return code
  }
  return error instanceof Error ? error.message : String(error)
}
