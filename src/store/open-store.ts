import { lstatSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Artifact } from '../values/artifact.ts'
import type { Digest } from '../values/digest.ts'
import { removePartials } from '../values/partial-files.ts'
import { encodeArtifact, readArtifact, readHeader } from './artifact-file.ts'
import type { ArtifactHeader } from './artifact-file.ts'
import { BadFile } from './bad-file.ts'
import { errorCode, onDisk } from './disk-problem.ts'
import { linkIfFree, makeFolder, replaceFile } from './durable.ts'
import { openBindings } from './open-bindings.ts'
import { openCheckpoints } from './open-checkpoints.ts'
import { setAside } from './set-aside.ts'
import { settled } from './settled.ts'
import { keysIn, placeOf, shardOf } from './shards.ts'
import { removeStale, withTemporaryFile } from './temporary.ts'
import type { ArtifactStore, Provenance, Published, Quarantined, StoredArtifact } from './types.ts'
import { hasKnownVersion, writeVersion } from './version.ts'

export interface StoreOptions {
  /** Told about every artifact and checkpoint that was set aside because its bytes were bad. */
  readonly onQuarantine?: (quarantined: Quarantined) => void
  /** Whether other content for a key takes the place of what is there. Default: what is there first stays. */
  readonly replace?: boolean
  /** Whether verified facts and provenance are kept in memory, so that each artifact's are read once. For the time of one command. */
  readonly remember?: boolean
}

/**
 * The store in a folder, which is made at the first publication; looking into a store that is not there finds nothing.
 * Many processes may use one store at the same time. Throws a `Problem` of kind `infrastructure` where the folder has
 * an unknown format; operations throw one where the disk fails them.
 */
export function openStore(
  root: string,
  { onQuarantine = () => undefined, replace = false, remember = false }: StoreOptions = {},
): ArtifactStore {
  const remembered = new Map<Digest, { readonly identity: string; readonly header: ArtifactHeader }>()
  const folders = {
    objects: join(root, 'objects'),
    temporary: join(root, 'tmp'),
    conflicts: join(root, 'conflicts'),
    quarantine: join(root, 'quarantine'),
  }
  let ready = onDisk('open the store', root, () => {
    const known = hasKnownVersion(root)
    if (known) removeStale(folders.temporary)
    if (known) removePartials(join(root, 'durations'))
    return known
  })

  const fileOf = (key: Digest) => placeOf(folders.objects, key)
  const checkpoints = openCheckpoints({
    ...folders,
    checkpoints: join(root, 'checkpoints'),
    prepare,
    onQuarantine,
  })

  const bindings = openBindings({ ...folders, bindings: join(root, 'bindings'), prepare })

  function prepare(): void {
    makeFolder(folders.temporary)
    makeFolder(folders.objects)
    if (!ready && !hasKnownVersion(root)) writeVersion(root, folders.temporary)
    ready = true
  }

  /** What `read` returns; undefined where a file is bad, once the artifact is out of the way. */
  function guarded<T>(
    key: Digest,
    read: (file: string, key: Digest) => T,
    report: (quarantined: Quarantined) => void = onQuarantine,
  ): T | undefined {
    const place = fileOf(key)
    return onDisk('read the artifact', place, () => {
      try {
        return readTwice(() => read(place, key))
      } catch (error) {
        if (!(error instanceof BadFile)) throw error
        const { file, expected, found } = error
        remembered.delete(key)
        const movedTo = setAside(place, folders.quarantine, key, 'artifact')
        if (movedTo !== undefined) report({ key, file, expected, found, movedTo })
        return undefined
      }
    })
  }

  function publish(key: Digest, artifact: Artifact, provenance: Provenance): Published {
    return onDisk('write the artifact', fileOf(key), () => {
      prepare()
      const { content, pieces } = encodeArtifact(key, artifact, provenance)
      return withTemporaryFile(folders.temporary, pieces, (file) => settle(key, file, content))
    })
  }

  function settle(key: Digest, temporary: string, content: Digest): Published {
    makeFolder(shardOf(folders.objects, key))
    for (let first: Published = 'committed'; ;) {
      if (linkIfFree(temporary, fileOf(key))) return first
      const present = guarded(key, readArtifact)
      // what was there was bad, and has been set aside
      if (present === undefined) continue
      if (present.content === content) return 'duplicate'
      // The same content may lie there from an earlier conflict.
      const conflicts = join(folders.conflicts, key)
      makeFolder(conflicts)
      if (!replace) {
        replaceFile(temporary, join(conflicts, content))
        return 'conflict'
      }
      replaceFile(fileOf(key), join(conflicts, present.content))
      first = 'replaced'
    }
  }

  function remove(key: Digest): void {
    const place = fileOf(key)
    remembered.delete(key)
    onDisk('remove the artifact', place, () => rmSync(place, { recursive: true, force: true }))
  }

  /** The verified header of an artifact; the remembered one, while the file is the one that it was read from. */
  function header(key: Digest): ArtifactHeader | undefined {
    // Looked at before it is read: a file that another process puts there meanwhile is read again.
    const identity = remember ? identityOf(fileOf(key)) : undefined
    const known = remembered.get(key)
    if (known !== undefined && known.identity === identity) return known.header
    const found = guarded(key, readHeader)
    if (found !== undefined && identity !== undefined) remembered.set(key, { identity, header: found })
    return found
  }

  return {
    has: (key) => settled(() => identityOf(fileOf(key)) !== undefined),
    read: (key) =>
      settled(() => {
        const found = guarded(key, readArtifact)
        return found && { facts: found.facts, tensors: found.tensors }
      }),
    facts: (key) => settled(() => header(key)?.facts),
    provenance: (key) => settled(() => header(key)?.provenance),
    async publish(key, artifact, provenance) {
      const published = await settled(() => publish(key, artifact, provenance))
      await checkpoints.remove(key)
      return published
    },
    remove: (key) => settled(() => remove(key)),
    async *list(): AsyncGenerator<StoredArtifact> {
      for (const key of keysIn(folders.objects)) {
        const found = await settled(() => header(key))
        const stats = lstatSync(fileOf(key), { throwIfNoEntry: false })
        if (found !== undefined && stats !== undefined)
          yield { key, provenance: found.provenance, bytes: stats.size }
      }
    },
    async *verify(): AsyncGenerator<Quarantined> {
      for (const key of keysIn(folders.objects)) {
        const bad: Quarantined[] = []
        await settled(() =>
          guarded(key, readArtifact, (quarantined) => {
            bad.push(quarantined)
            onQuarantine(quarantined)
          }),
        )
        yield* bad
      }
      yield* checkpoints.verify()
    },
    checkpoints,
    bindings,
  }
}

/** Tells what has a name, be it a link that leads nowhere, from what had it before; undefined where nothing has. */
function identityOf(path: string): string | undefined {
  return onDisk('read the artifact', path, () => {
    try {
      const { ino, ctimeMs } = lstatSync(path)
      return `${ino} ${ctimeMs}`
    } catch (error) {
      if (['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '')) return undefined
      throw error
    }
  })
}

/** Reads again what seems bad: another process may just have set the bad artifact aside and put a good one in its place. */
function readTwice<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof BadFile)) throw error
    return read()
  }
}
