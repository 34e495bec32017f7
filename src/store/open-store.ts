import { lstatSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Artifact } from '../values/artifact.ts'
import type { Digest } from '../values/digest.ts'
import type { JsonObject } from '../values/json.ts'
import { removePartials } from '../values/partial-files.ts'
import {
  artifactFiles,
  readArtifact,
  readDigests,
  readFacts,
  readProvenance,
  writeArtifact,
} from './artifact-folder.ts'
import { BadFile } from './bad-file.ts'
import { errorCode, onDisk } from './disk-problem.ts'
import { makeFolder, moveIfFree, syncFolder } from './durable.ts'
import { openBindings } from './open-bindings.ts'
import { openCheckpoints } from './open-checkpoints.ts'
import { settled } from './settled.ts'
import { keysIn, placeOf, shardOf } from './shards.ts'
import { makeTemporary, removeStale } from './temporary.ts'
import type { ArtifactStore, Provenance, Published, Quarantined, StoredArtifact } from './types.ts'
import { hasKnownVersion, writeVersion } from './version.ts'

export interface StoreOptions {
  /** Told about every artifact and checkpoint that was set aside because its bytes were bad. */
  readonly onQuarantine?: (quarantined: Quarantined) => void
  /** Whether other content for a key takes the place of what is there. Default: what is there first stays. */
  readonly replace?: boolean
  /** Whether verified facts are kept in memory, so that each artifact's are read once. For the time of one command. */
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
  const remembered = new Map<Digest, { readonly folder: string; readonly facts: JsonObject }>()
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

  const folderOf = (key: Digest) => placeOf(folders.objects, key)
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
    if (!ready && !hasKnownVersion(root)) {
      const temporary = makeTemporary(folders.temporary)
      writeVersion(root, temporary)
      rmSync(temporary, { recursive: true })
    }
    ready = true
  }

  /** What `read` returns; undefined where a file is bad, once the artifact is out of the way. */
  function guarded<T>(
    key: Digest,
    read: (folder: string, key: Digest) => T,
    report: (quarantined: Quarantined) => void = onQuarantine,
  ): T | undefined {
    const folder = folderOf(key)
    return onDisk('read the artifact', folder, () => {
      try {
        return readTwice(() => read(folder, key))
      } catch (error) {
        if (!(error instanceof BadFile)) throw error
        const { file, expected, found } = error
        const movedTo = setAside(folder, key)
        if (movedTo !== undefined) report({ key, file, expected, found, movedTo })
        return undefined
      }
    })
  }

  /** Where the folder was moved to; undefined where another process took it away first. */
  function setAside(folder: string, key: Digest): string | undefined {
    remembered.delete(key)
    makeFolder(folders.quarantine)
    for (let n = 1; ; n++) {
      const free = join(folders.quarantine, `${key}.${n}`)
      // A file would take the place of another one.
      if (identityOf(free) !== undefined) continue
      try {
        if (moveIfFree(folder, free)) return free
      } catch (error) {
        if (errorCode(error) === 'ENOENT') return undefined
        throw error
      }
    }
  }

  function publish(key: Digest, artifact: Artifact, provenance: Provenance): Published {
    return onDisk('write the artifact', folderOf(key), () => {
      prepare()
      const temporary = makeTemporary(folders.temporary)
      try {
        const { content } = writeArtifact(temporary, key, artifact, provenance)
        syncFolder(temporary)
        return settle(key, temporary, content)
      } finally {
        rmSync(temporary, { recursive: true, force: true })
      }
    })
  }

  function settle(key: Digest, temporary: string, content: Digest): Published {
    makeFolder(shardOf(folders.objects, key))
    for (let first: Published = 'committed'; ;) {
      if (moveIfFree(temporary, folderOf(key))) return first
      const present = guarded(key, verified)
      // what was there was bad, and has been set aside
      if (present === undefined) continue
      if (present.content === content) return 'duplicate'
      const conflicts = join(folders.conflicts, key)
      makeFolder(conflicts)
      if (!replace) {
        moveIfFree(temporary, join(conflicts, content))
        return 'conflict'
      }
      // The same content may lie there from an earlier conflict.
      if (!moveIfFree(folderOf(key), join(conflicts, present.content))) remove(key)
      first = 'replaced'
    }
  }

  function remove(key: Digest): void {
    const folder = folderOf(key)
    remembered.delete(key)
    if (identityOf(folder) === undefined) return
    onDisk('remove the artifact', folder, () => {
      makeFolder(folders.temporary)
      const temporary = makeTemporary(folders.temporary)
      renameSync(folder, join(temporary, key))
      rmSync(temporary, { recursive: true, force: true })
    })
  }

  /** The facts that are remembered of an artifact, while its folder is the one that they were read from. */
  function recalled(key: Digest): JsonObject | undefined {
    const known = remembered.get(key)
    return known !== undefined && known.folder === identityOf(folderOf(key)) ? known.facts : undefined
  }

  function facts(key: Digest): JsonObject | undefined {
    const known = recalled(key)
    if (known !== undefined) return known
    // Looked at before it is read: a folder that another process puts there meanwhile is read again.
    const folder = identityOf(folderOf(key))
    const found = guarded(key, readFacts)
    if (remember && found !== undefined && folder !== undefined) remembered.set(key, { folder, facts: found })
    return found
  }

  return {
    has: (key) => Promise.resolve(identityOf(folderOf(key)) !== undefined),
    read: (key) => settled(() => guarded(key, (folder) => readArtifact(folder, key, recalled(key)))),
    facts: (key) => settled(() => facts(key)),
    provenance: (key) => settled(() => guarded(key, readProvenance)),
    async publish(key, artifact, provenance) {
      const published = await settled(() => publish(key, artifact, provenance))
      await checkpoints.remove(key)
      return published
    },
    remove: (key) => settled(() => remove(key)),
    async *list(): AsyncGenerator<StoredArtifact> {
      for (const key of keysIn(folders.objects)) {
        const provenance = await settled(() => guarded(key, readProvenance))
        if (provenance !== undefined) yield { key, provenance, bytes: bytesIn(folderOf(key)) }
      }
    },
    async *verify(): AsyncGenerator<Quarantined> {
      for (const key of keysIn(folders.objects)) {
        const bad: Quarantined[] = []
        await settled(() =>
          guarded(key, verified, (quarantined) => {
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

/** The digests of a folder all of whose files are as they say. */
function verified(folder: string, key: Digest) {
  readArtifact(folder, key)
  readProvenance(folder, key)
  return readDigests(folder, key)
}

/** Tells what has a name, be it a link that leads nowhere, from what had it before; undefined where nothing has. */
function identityOf(path: string): string | undefined {
  try {
    const { ino, ctimeMs } = lstatSync(path)
    return `${ino} ${ctimeMs}`
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '')) return undefined
    throw error
  }
}

function bytesIn(folder: string): number {
  return Object.values(artifactFiles)
    .map((name) => lstatSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0)
    .reduce((sum, bytes) => sum + bytes, 0)
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
