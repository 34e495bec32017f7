const KEPT = 20
/** Lines that say why a process died; what follows them, such as a long native stack, must not push them out. */
const TELLING = /FATAL ERROR|heap out of memory|Segmentation fault|terminate called|WebGPU device/

/** The last lines of what a process printed. */
export interface OutputTail {
  add(line: string): void
  /** At most 20 lines, oldest first; the first of them tells the cause of death, if any line ever did. */
  lines(): readonly string[]
  clear(): void
}

/** Keeps the last lines that are added. */
export function outputTail(): OutputTail {
  let kept: string[] = []
  let telling: string | undefined
  return {
    add(line) {
      if (TELLING.test(line)) telling = line
      kept.push(line)
      if (kept.length > KEPT) kept.shift()
    },
    lines() {
      if (telling === undefined || kept.includes(telling)) return [...kept]
      return [telling, ...kept.slice(1 - KEPT)]
    },
    clear() {
      kept = []
      telling = undefined
    },
  }
}
