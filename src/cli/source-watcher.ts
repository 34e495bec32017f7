import { existsSync } from 'node:fs'
import { basename, dirname } from 'node:path'

/** Editors write a file in several steps, and a formatter writes it again: what comes within so much is one change. */
const SETTLE_MS = 120

/** Tells of files that change. */
export interface SourceWatcher {
  /** Watches these files, and new plugins in these folders. */
  follow(files: readonly string[], folders: readonly string[]): void
  /** The files that changed since they were last asked for; resolves as soon as there are any, or with none once `stop` is aborted. */
  changes(stop?: AbortSignal): Promise<readonly string[]>
  close(): Promise<void>
}

/** Watches through the operating system; `onChange` is called at once, before anybody asks. */
export async function watchSources(onChange: () => void): Promise<SourceWatcher> {
  const { watch } = await import('chokidar')
  // Folders are watched, not files: a file may be replaced, or be gone for a moment.
  const watcher = watch([], { ignoreInitial: true, depth: 0 })
  let files = new Set<string>()
  let folders = new Set<string>()
  const changed = new Set<string>()
  let timer: NodeJS.Timeout | undefined
  let wake: () => void = () => undefined

  watcher.on('all', (_, path) => {
    const isPlugin = folders.has(dirname(path)) && /(?<!\.test|\.d)\.ts$/.test(basename(path))
    if (!files.has(path) && !isPlugin) return
    changed.add(path)
    clearTimeout(timer)
    timer = setTimeout(() => {
      timer = undefined
      onChange()
      wake()
    }, SETTLE_MS)
  })

  return {
    follow(nextFiles, nextFolders) {
      files = new Set(nextFiles)
      folders = new Set(nextFolders.filter((folder) => existsSync(folder)))
      watcher.add([...new Set([...nextFiles.map((file) => dirname(file)), ...folders])])
    },
    async changes(stop) {
      while ((changed.size === 0 || timer !== undefined) && stop?.aborted !== true) {
        await new Promise<void>((resolve) => {
          wake = resolve
          stop?.addEventListener('abort', () => resolve(), { once: true })
        })
      }
      const found = [...changed].sort()
      changed.clear()
      return found
    },
    async close() {
      clearTimeout(timer)
      await watcher.close()
    },
  }
}
