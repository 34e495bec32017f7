import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { npmCommand, takesNode } from './node-versions.mjs'

const read = (file: string): unknown =>
  JSON.parse(readFileSync(new URL(`../${file}`, import.meta.url), 'utf8'))

interface Package {
  readonly engines?: { readonly node?: string }
  readonly dev?: boolean
  readonly optional?: boolean
  readonly peer?: boolean
}

test.each([
  ['>=20.19', '20.18.9', false],
  ['>=20.19', '20.19.0', true],
  ['>= 20.19.0', '22.0.0', true],
  ['^20.19.0 || ^22.13.0 || >=24', '21.7.0', false],
  ['^20.19.0 || ^22.13.0 || >=24', '22.12.1', false],
  ['^20.19.0 || ^22.13.0 || >=24', '22.13.0', true],
  ['^20.19.0 || ^22.13.0 || >=24', '23.1.0', false],
  ['^20.19.0 || ^22.13.0 || >=24', '25.0.0', true],
  ['10.* || >= 12.*', '10.4.0', true],
  ['10.* || >= 12.*', '11.0.0', false],
  ['4.x || >=6.0.0', '5.0.0', false],
  ['>=16 <18', '17.9.0', true],
  ['>=16 <18', '18.0.0', false],
  ['>=0.6.11 <=0.7.0 || >= 0.7.3', '0.7.0', true],
  ['>=0.6.11 <=0.7.0 || >= 0.7.3', '0.7.1', false],
])('%s takes %s: %s', (range, version, taken) => {
  expect(takesNode(range, version)).toBe(taken)
})

test('a range that is not understood is an error', () => {
  expect(() => takesNode('16 - 18', '17.0.0')).toThrow(/16 - 18 is not understood/)
})

test('all that is installed takes every version of Node that the package takes', () => {
  const { engines } = read('package.json') as { engines: { node: string } }
  const { packages } = read('package-lock.json') as { packages: Record<string, Package> }
  const versions = [20, 21, 22, 23, 24, 25].flatMap((major) =>
    [0, 11, 12, 13, 18, 19, 30].map((minor) => `${major}.${minor}.0`),
  )
  const taken = versions.filter((version) => takesNode(engines.node, version))
  expect(taken).toContain('20.19.0')
  expect(taken).toContain('22.13.0')
  const refusing = Object.entries(packages).flatMap(([name, { engines: own, optional }]) => {
    // What is optional is for other platforms, or for a GPU.
    if (own?.node === undefined || optional === true) return []
    const { node } = own
    return taken.some((version) => !takesNode(node, version)) ? [`${name}: ${node}`] : []
  })
  expect(refusing).toEqual([])
})

test('npm is started by the npm that runs the script, and where there is none by a shell on Windows', () => {
  const args = ['ci', '--no-audit']
  const on = (platform: string, npm?: string) => npmCommand({ platform, execPath: '/node', npm }, args)
  expect(on('linux', '/lib/npm/bin/npm-cli.js')).toEqual({
    command: '/node',
    args: ['/lib/npm/bin/npm-cli.js', ...args],
    shell: false,
  })
  expect(on('win32', 'C:\\npm\\bin\\npm-cli.js').command).toBe('/node')
  expect(on('linux')).toEqual({ command: 'npm', args, shell: false })
  // Another package manager would not install what the lock file names.
  expect(on('linux', '/lib/pnpm/pnpm.cjs').command).toBe('npm')
  expect(on('win32')).toEqual({ command: 'npm ci --no-audit', args: [], shell: true })
})
