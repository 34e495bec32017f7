// Which versions of Node a package takes, and how to start npm: for scripts that run before anything is installed.

/**
 * Whether a version of Node is in a range of package.json's `engines`: `^20.19.0 || >=22`, `10.*`, `>=16 <18`.
 * @param {string} version such as 20.19.0
 * @param {string} range
 */
export function takesNode(range, version) {
  const numbers = (text) => text.split('.').map(Number)
  const [major, minor, patch] = numbers(version)
  const compared = ([a, b = 0, c = 0]) => major - a || minor - b || patch - c
  const meets = (comparator) => {
    const [, sign, text] = /^(>=|<=|<|\^)?([\d.]+?)(?:\.[*x])*$/.exec(comparator) ?? []
    if (text === undefined) throw new Error(`the range of Node versions ${range} is not understood`)
    const bound = numbers(text)
    if (sign === '<') return compared(bound) < 0
    if (sign === '<=') return compared(bound) <= 0
    return compared(bound) >= 0 && (sign === '>=' || major === bound[0])
  }
  // A sign may stand apart from its number.
  const comparators = (part) =>
    part
      .trim()
      .replace(/([<>=^]) +/g, '$1')
      .split(/ +/)
  return range.split('||').some((part) => comparators(part).map(meets).every(Boolean))
}

/**
 * How npm is started, by the npm that runs a script where one does. On Windows npm is a batch file, which only a shell starts.
 * @param {{ platform: string, execPath: string, npm: string | undefined }} of the process, and its npm_execpath
 * @param {string[]} args words without spaces
 * @returns {{ command: string, args: string[], shell: boolean }}
 */
export function npmCommand({ platform, execPath, npm }, args) {
  if (npm !== undefined && /[/\\]npm-cli\.js$/.test(npm))
    return { command: execPath, args: [npm, ...args], shell: false }
  if (platform === 'win32') return { command: ['npm', ...args].join(' '), args: [], shell: true }
  return { command: 'npm', args, shell: false }
}
