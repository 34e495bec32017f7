import { readFileSync } from 'node:fs'
import type { Digest } from '../values/digest.ts'
import { Problem } from '../values/problem.ts'
import { errorCode, onDisk } from './disk-problem.ts'
import { linkIfFree, makeFolder } from './durable.ts'
import { settled } from './settled.ts'
import { keysIn, placeOf, shardOf } from './shards.ts'
import { withTemporaryFile } from './temporary.ts'
import type { Binding, BindingStore } from './types.ts'

interface BindingFolders {
  readonly bindings: string
  readonly temporary: string
  /** Makes the store ready to be written to. */
  readonly prepare: () => void
}

/** The bindings of a store: a file for each, put there in one step, so that the first of two processes wins. */
export function openBindings({ bindings, temporary, prepare }: BindingFolders): BindingStore {
  const fileOf = (claim: Digest) => placeOf(bindings, claim)

  function read(claim: Digest): Binding | undefined {
    const file = fileOf(claim)
    return onDisk('read the binding', file, () => {
      let text: string
      try {
        text = readFileSync(file, 'utf8')
      } catch (error) {
        if (errorCode(error) === 'ENOENT') return undefined
        throw error
      }
      return parse(text, file)
    })
  }

  function bind(claim: Digest, binding: Binding): Binding {
    const present = read(claim)
    if (present !== undefined) return present
    return onDisk('write the binding', fileOf(claim), () => {
      prepare()
      makeFolder(shardOf(bindings, claim))
      const first = withTemporaryFile(temporary, [`${JSON.stringify(binding)}\n`], (file) =>
        linkIfFree(file, fileOf(claim)),
      )
      return first ? binding : (read(claim) ?? binding)
    })
  }

  return {
    bind: (claim, binding) => settled(() => bind(claim, binding)),
    async *list() {
      for (const claim of keysIn(bindings)) {
        const binding = await settled(() => read(claim))
        if (binding !== undefined) yield { claim, ...binding }
      }
    },
  }
}

function parse(text: string, file: string): Binding {
  try {
    const { name, content } = JSON.parse(text) as Partial<Binding>
    if (typeof name === 'string' && /^[0-9a-f]{64}$/.test(content ?? ''))
      return { name, content: content as Digest }
  } catch {
    // told below
  }
  throw new Problem('infrastructure', `The store's file ${file} is damaged.`, {
    hint: 'It says which data the stored results were computed on. Remove it if the data did not change since.',
  })
}
