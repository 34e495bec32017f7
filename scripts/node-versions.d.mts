export function takesNode(range: string, version: string): boolean
export function npmCommand(
  process: { readonly platform: string; readonly execPath: string; readonly npm: string | undefined },
  args: readonly string[],
): { readonly command: string; readonly args: readonly string[]; readonly shell: boolean }
