import { rmSync } from 'node:fs'
import type { Digest } from '../values/digest.ts'
import { BadFile } from './bad-file.ts'
import { encodeCheckpoint, readCheckpoint } from './checkpoint-file.ts'
import type { CheckpointFile } from './checkpoint-file.ts'
import { onDisk } from './disk-problem.ts'
import { makeFolder, replaceFile } from './durable.ts'
import { setAside } from './set-aside.ts'
import { settled } from './settled.ts'
import { keysIn, placeOf, shardOf } from './shards.ts'
import { withTemporaryFile } from './temporary.ts'
import type { CheckpointStore, Quarantined, StoredCheckpoint } from './types.ts'

/** A unit that failed so often without getting beyond a checkpoint begins anew: the checkpoint may be the reason. */
const FAILURES = 3

export interface CheckpointFolders {
  readonly checkpoints: string
  readonly temporary: string
  readonly quarantine: string
  /** Makes the store's folders where they are not there yet. */
  readonly prepare: () => void
  readonly onQuarantine: (quarantined: Quarantined) => void
}

/** The checkpoints in a store's folder, one file for each, which is replaced as a whole. */
export function openCheckpoints(folders: CheckpointFolders): CheckpointStore {
  const { checkpoints, temporary, quarantine, prepare, onQuarantine } = folders

  /** The checkpoint; undefined where there is none, or where it was bad and has been set aside. */
  function read(
    key: Digest,
    report: (quarantined: Quarantined) => void = onQuarantine,
  ): CheckpointFile | undefined {
    const file = placeOf(checkpoints, key)
    return onDisk('read the checkpoint', file, () => {
      try {
        return readCheckpoint(file, key)
      } catch (error) {
        if (!(error instanceof BadFile)) throw error
        const { expected, found } = error
        const movedTo = setAside(file, quarantine, key, 'checkpoint')
        if (movedTo !== undefined) report({ key, file, expected, found, movedTo })
        return undefined
      }
    })
  }

  function write(key: Digest, checkpoint: CheckpointFile): void {
    onDisk('write the checkpoint', placeOf(checkpoints, key), () => {
      prepare()
      makeFolder(shardOf(checkpoints, key))
      withTemporaryFile(temporary, [encodeCheckpoint(key, checkpoint)], (file) =>
        replaceFile(file, placeOf(checkpoints, key)),
      )
    })
  }

  function remove(key: Digest): void {
    const file = placeOf(checkpoints, key)
    onDisk('remove the checkpoint', file, () => rmSync(file, { force: true }))
  }

  // Synchronous inside: a unit that saves while it computes leaves no time for work in the background.
  return {
    read: (key) => settled(() => read(key)),
    save: (key, checkpoint) => settled(() => write(key, { ...checkpoint, failures: 0 })),
    remove: (key) => settled(() => remove(key)),
    failed: (key) =>
      settled(() => {
        const checkpoint = read(key)
        if (checkpoint === undefined) return
        const failures = checkpoint.failures + 1
        if (failures >= FAILURES) remove(key)
        else write(key, { ...checkpoint, failures })
      }),
    async *list(): AsyncGenerator<StoredCheckpoint> {
      for (const key of keysIn(checkpoints)) {
        const checkpoint = await settled(() => read(key))
        if (checkpoint === undefined) continue
        const { label, saved, seconds, content } = checkpoint
        yield { key, label, saved, seconds, bytes: content.length }
      }
    },
    async *verify(): AsyncGenerator<Quarantined> {
      for (const key of keysIn(checkpoints)) {
        const bad: Quarantined[] = []
        await settled(() =>
          read(key, (quarantined) => {
            bad.push(quarantined)
            onQuarantine(quarantined)
          }),
        )
        yield* bad
      }
    },
  }
}
