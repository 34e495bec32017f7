import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { closeSync, mkdirSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { BundleError } from './bundle-error.mjs'
import { stage } from './files.mjs'

/** Makes one archive, cut into parts `<name>.tar.xz.000`, `.001`, …, and tells each part's size and SHA-256. */
export async function pack({ name, files, filter }, { output, partBytes, level, scratch }) {
  const folder = join(scratch, `${name}.files`)
  mkdirSync(folder)
  stage(files, folder)
  for (const old of readdirSync(output)) if (old.startsWith(`${name}.tar.xz.`)) rmSync(join(output, old))
  const tar = start('tar', ['-chf', '-', '-C', folder, '.'], 'ignore')
  const xz = start('xz', ['--stdout', '-T0', ...filter, `--lzma2=preset=${level}`], 'pipe')
  const parts = new Parts(join(output, `${name}.tar.xz`), partBytes)
  await Promise.all([
    pipeline(tar.process.stdout, xz.process.stdin),
    pipeline(xz.process.stdout, async (chunks) => {
      for await (const chunk of chunks) parts.write(chunk)
    }),
    tar.ended,
    xz.ended,
  ])
  return parts.end()
}

function start(program, args, stdin) {
  const child = spawn(program, args, { stdio: [stdin, 'pipe', 'pipe'] })
  let said = ''
  child.stderr.on('data', (chunk) => (said += chunk))
  const ended = once(child, 'close').then(
    ([code, signal]) => {
      if (code !== 0)
        throw new BundleError(
          `${program} ended with ${code ?? signal}: ${said.trim()}`,
          'make room, and run this again',
        )
    },
    (error) => {
      const hint =
        program === 'xz' ? 'install xz: apt-get install xz-utils, or brew install xz' : `install ${program}`
      throw new BundleError(`${program} cannot be started: ${error.message}`, hint)
    },
  )
  return { process: child, ended }
}

/** What is written to it, in files of a largest size. */
class Parts {
  #base
  #largest
  #done = []
  #open

  constructor(base, largest) {
    this.#base = base
    this.#largest = largest
  }

  write(chunk) {
    for (let at = 0; at < chunk.length;) {
      this.#open ??= this.#next()
      const piece = chunk.subarray(at, at + this.#largest - this.#open.bytes)
      writeSync(this.#open.fd, piece)
      this.#open.hash.update(piece)
      this.#open.bytes += piece.length
      at += piece.length
      if (this.#open.bytes === this.#largest) this.#close()
    }
  }

  end() {
    if (this.#open) this.#close()
    return this.#done
  }

  #next() {
    const path = `${this.#base}.${String(this.#done.length).padStart(3, '0')}`
    return { path, fd: openSync(path, 'w'), hash: createHash('sha256'), bytes: 0 }
  }

  #close() {
    const { path, fd, hash, bytes } = this.#open
    closeSync(fd)
    this.#done.push({ file: path.slice(path.lastIndexOf('/') + 1), bytes, sha256: hash.digest('hex') })
    this.#open = undefined
  }
}
