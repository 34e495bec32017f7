/** What WebGPU says at every start on some drivers and nobody can do anything about. */
export function isDriverChatter(line: string): boolean {
  return /^Warning: maxDynamic\w+ artificially reduced from \d+ to \d+ /.test(line)
}
