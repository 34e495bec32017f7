import { readdirSync } from 'node:fs'
import { structureOf, type Model } from 'prune-bench'
import { beforeAll, describe, expect, test } from 'vitest'
import { images, initialised, run, trained, useReference, without } from '../src/plugin/network.fixture.ts'

const folder = new URL('.', import.meta.url)
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .map((file) => file.slice(0, -'.ts'.length))

const models = new Map(
  await Promise.all(
    names.map(async (name) => {
      const module = (await import(new URL(`${name}.ts`, folder).href)) as { default: Model }
      return [name, module.default] as const
    }),
  ),
)

/** The variance a weight is drawn with, from how many inputs an output has and how many outputs an input has. */
type Drawn = (fanIn: number, fanOut: number) => number
/** U(−1/√fan_in, 1/√fan_in). */
const uniform: Drawn = (fanIn) => 1 / (3 * fanIn)
const glorot: Drawn = (fanIn, fanOut) => 2 / (fanIn + fanOut)
const kaiming: Drawn = (fanIn) => 2 / fanIn

interface Known {
  /** Numbers of parameters. */
  readonly maskable: number
  readonly all: number
  readonly filters: number
  /** Multiply-adds for an image in convolutions and dense layers. */
  readonly multiplyAdds: number
  readonly drawn: (name: string) => Drawn
}

const basic = [3 * 3 * 64 * 128, 3 * 3 * 128 * 256, 3 * 3 * 256 * 512] as const
const resnet = {
  stem: 3 * 3 * 3 * 16,
  stage1: 6 * (3 * 3 * 16 * 16),
  stage2: 3 * 3 * 16 * 32 + 5 * (3 * 3 * 32 * 32),
  stage3: 3 * 3 * 32 * 64 + 5 * (3 * 3 * 64 * 64),
}
const conv6 = {
  pair1: 3 * 3 * 3 * 64 + 3 * 3 * 64 * 64,
  pair2: 3 * 3 * 64 * 128 + 3 * 3 * 128 * 128,
  pair3: 3 * 3 * 128 * 256 + 3 * 3 * 256 * 256,
  dense: 256 * 4 * 4 * 256 + 256 * 256 + 256 * 10,
}
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0)

/** From the layer sizes by hand. */
const known: Readonly<Record<string, Known>> = {
  'decons-net': {
    maskable: 266_200,
    all: 266_200,
    filters: 300 + 100,
    multiplyAdds: 266_200,
    drawn: () => uniform,
  },
  net: {
    maskable: 784 * 512 + 512 * 256 + 256 * 64,
    all: 784 * 512 + 512 * 256 + 256 * 64 + 64 * 10 + 10,
    filters: 512 + 256 + 64,
    multiplyAdds: 784 * 512 + 512 * 256 + 256 * 64 + 64 * 10,
    drawn: () => uniform,
  },
  'simple-net': {
    maskable: 784 * 256,
    all: 784 * 256 + 256 * 10 + 10,
    filters: 256,
    multiplyAdds: 784 * 256 + 256 * 10,
    drawn: () => uniform,
  },
  'simplest-net': { maskable: 7840, all: 7840, filters: 0, multiplyAdds: 7840, drawn: () => uniform },
  'basic-cnn': {
    maskable: 3 * 3 * 3 * 64 + sum(basic),
    // Weights; biases, scales and offsets of 960 filters; the dense layer.
    all: 3 * 3 * 3 * 64 + sum(basic) + 3 * 960 + (512 * 4 * 4 * 10 + 10),
    filters: 960,
    multiplyAdds:
      15 * 15 * (3 * 3 * 3 * 64) +
      13 * 13 * basic[0] +
      6 * 6 * basic[1] +
      4 * 4 * basic[2] +
      512 * 4 * 4 * 10,
    drawn: () => uniform,
  },
  'basic-cnn-mnist': {
    maskable: 3 * 3 * 1 * 64 + sum(basic),
    all: 3 * 3 * 1 * 64 + sum(basic) + 3 * 960 + (512 * 3 * 3 * 10 + 10),
    filters: 960,
    multiplyAdds:
      13 * 13 * (3 * 3 * 1 * 64) +
      11 * 11 * basic[0] +
      5 * 5 * basic[1] +
      3 * 3 * basic[2] +
      512 * 3 * 3 * 10,
    drawn: () => uniform,
  },
  'test-cnn': {
    maskable: 3 * 3 * 3 * 16 + 3 * 3 * 16 * 32,
    all: 3 * 3 * 3 * 16 + 3 * 3 * 16 * 32 + 3 * 48 + (32 * 7 * 7 * 10 + 10),
    filters: 16 + 32,
    multiplyAdds: 15 * 15 * (3 * 3 * 3 * 16) + 7 * 7 * (3 * 3 * 16 * 32) + 32 * 7 * 7 * 10,
    drawn: () => uniform,
  },
  'conv-6': {
    maskable: sum(Object.values(conv6)),
    all: sum(Object.values(conv6)) + 2 * 64 + 2 * 128 + 2 * 256 + 256 + 256 + 10,
    filters: 2 * 64 + 2 * 128 + 2 * 256 + 256 + 256,
    multiplyAdds: 32 * 32 * conv6.pair1 + 16 * 16 * conv6.pair2 + 8 * 8 * conv6.pair3 + conv6.dense,
    drawn: () => glorot,
  },
  'resnet-20': {
    maskable: sum(Object.values(resnet)),
    // Scales and offsets: the stem and six convolutions in each stage.
    all: sum(Object.values(resnet)) + 2 * (7 * 16 + 6 * 32 + 6 * 64) + (64 * 10 + 10),
    // What is added up in each stage is one set of filters, besides the one inside each block.
    filters: 4 * 16 + 4 * 32 + 4 * 64,
    multiplyAdds:
      32 * 32 * (resnet.stem + resnet.stage1) + 16 * 16 * resnet.stage2 + 8 * 8 * resnet.stage3 + 64 * 10,
    drawn: (name) => (name.startsWith('conv') ? kaiming : uniform),
  },
}

beforeAll(useReference)

test('every model with known sizes is there', () => {
  expect(names).toEqual(expect.arrayContaining(Object.keys(known)))
})

test('the sizes that papers give', () => {
  expect(known['basic-cnn']).toMatchObject({ all: 1_634_826, multiplyAdds: 42_421_952 })
  expect(known['resnet-20']).toMatchObject({ all: 269_722 })
})

const sizeOf = (shape: readonly number[]) => shape.reduce((product, n) => product * n, 1)

describe.each([...models])('%s', (name, model) => {
  const facts = known[name]
  if (!facts) throw new Error(`say in this test how large ${name} is and how it is drawn`)
  const structure = structureOf(model)
  // An eighth of the filters of each group: the reference backend is slow, and a network must run at any width.
  const mask = Uint8Array.from(
    structure.groups.flatMap(({ size }) => Array.from({ length: size }, (_, i) => (i % 8 === 0 ? 1 : 0))),
  )
  const initial = initialised(model, 1)
  const narrow = without(trained(initial, 3), structure, mask)

  test('is a model with a summary of one sentence', () => {
    expect(model.kind).toBe('model')
    expect(model.summary).toMatch(/^[A-Z][^.]*\.$/)
  })

  test('is as large as its layers say', () => {
    const count = (specs: typeof model.parameters) => sum(specs.map(({ shape }) => sizeOf(shape)))
    expect(count(model.parameters)).toBe(facts.all)
    expect(count(model.parameters.filter(({ maskable }) => maskable))).toBe(facts.maskable)
    expect(structure.filters).toBe(facts.filters)
    const shapes = new Map(model.parameters.map(({ name, shape }) => [name, shape]))
    const products = structure.operations.filter(({ kind }) => kind === 'multiply')
    expect(sum(products.map((one) => one.positions * sizeOf(shapes.get(one.tensor) ?? [NaN])))).toBe(
      facts.multiplyAdds,
    )
  })

  test('gives the log-probabilities of its classes, in full width and for a batch of any size', () => {
    for (const [tensors, batch] of [
      [initial, 1],
      [narrow, 1],
      [narrow, 3],
    ] as const)
      for (const step of [null, 1]) {
        const { output } = run(model, tensors, images(model, batch, 2), step)
        expect(output.shape).toEqual([batch, model.classes])
        for (let i = 0; i < batch; i++) {
          const row = [...output.data].slice(i * model.classes, (i + 1) * model.classes)
          expect(sum(row.map(Math.exp))).toBeCloseTo(1, 4)
        }
      }
  })

  test('depends on every parameter and, in inference, on every image alone', () => {
    const x = images(model, 3, 2)
    const full = run(model, narrow, x).output
    const pixels = sizeOf(model.input)
    const alone = {
      ...x,
      shape: [1, ...model.input],
      data: Float32Array.from(x.data).subarray(pixels, 2 * pixels),
    }
    const second = [...full.data].slice(model.classes, 2 * model.classes)
    const { output } = run(model, narrow, alone as typeof x)
    ;[...output.data].forEach((value, i) => expect(value).toBeCloseTo(second[i] as number, 4))
    for (const spec of model.parameters) {
      const tensor = narrow[spec.name] as typeof x
      const zero = { ...tensor, data: new Float32Array(tensor.data.length) } as typeof x
      expect({ zeroed: spec.name, ...run(model, { ...narrow, [spec.name]: zero }, x).output }).not.toEqual({
        zeroed: spec.name,
        ...full,
      })
    }
  })

  test('changes its running statistics in training, and no buffer in inference', () => {
    const x = images(model, 3, 2)
    expect(run(model, narrow, x).buffers).toEqual({})
    const { buffers } = run(model, narrow, x, 1)
    const running = model.buffers.map((spec) => spec.name).filter((one) => /\/(mean|variance)$/.test(one))
    expect(Object.keys(buffers).sort()).toEqual([...running].sort())
    for (const [one, after] of Object.entries(buffers)) {
      expect(after.shape).toEqual(narrow[one]?.shape)
      expect(after.data).not.toEqual(narrow[one]?.data)
    }
  })

  test('is trained with the same randomness in the same step, and with dropout with another in the next', () => {
    const x = images(model, 2, 2)
    const at = (step: number) => run(model, narrow, x, step).output.data
    expect(at(1)).toEqual(at(1))
    if (model.buffers.some((spec) => spec.name.endsWith('/channels'))) expect(at(1)).not.toEqual(at(2))
    else expect(at(1)).toEqual(at(2))
  })

  test('has filters, each of them made by the parameters of its group and read by another', () => {
    const shapes = new Map([...model.parameters, ...model.buffers].map((spec) => [spec.name, spec.shape]))
    for (const { tensor, axis, filters } of structure.axes) {
      expect(filters).toHaveLength(shapes.get(tensor)?.[axis] ?? NaN)
      expect(filters.every((filter) => filter >= -1 && filter < structure.filters)).toBe(true)
    }
    const bound = (role: 'output' | 'input') =>
      new Set(structure.axes.filter((one) => one.role === role).flatMap(({ filters }) => [...filters]))
    const [made, read] = [bound('output'), bound('input')]
    let first = 0
    for (const { size, producers } of structure.groups) {
      const members = Array.from({ length: size }, (_, i) => first + i)
      for (const producer of producers) {
        const own = structure.axes.find(({ tensor, role }) => tensor === producer && role === 'output')
        expect([...(own?.filters ?? [])]).toEqual(members)
      }
      expect(members.filter((filter) => !made.has(filter) || !read.has(filter))).toEqual([])
      first += size
    }
    expect(first).toBe(structure.filters)
    expect(new Set(structure.groups.map((group) => group.name)).size).toBe(structure.groups.length)
  })

  const weights = model.parameters.filter((spec) => spec.name.endsWith('/weight'))
  test.each(weights.map((spec) => [spec.name, spec] as const))('draws %s as its paper says', (_, spec) => {
    const values = initial[spec.name]?.data as Float32Array
    expect(values).toHaveLength(sizeOf(spec.shape))
    // Convolutions are [height, width, in, out], dense layers [out, in].
    const [a = 0, b = 0, inputs = b, outputs = a] = spec.shape
    const pixels = spec.shape.length === 4 ? a * b : 1
    const drawn = facts.drawn(spec.name)
    const variance = drawn(pixels * inputs, pixels * outputs)
    if (drawn === uniform) {
      const bound = Math.fround(Math.sqrt(3 * variance))
      expect(values.every((w) => Math.abs(w) <= bound)).toBe(true)
    }
    const n = values.length
    const moment = (power: number) => values.reduce((total, w) => total + w ** power, 0) / n
    // Five standard errors; the fourth moment is 9/5 of the variance squared if uniform, 3 if normal.
    const spread = drawn === uniform ? 4 / 5 : 2
    expect(Math.abs(moment(1))).toBeLessThan(5 * Math.sqrt(variance / n))
    expect(Math.abs(moment(2) - variance)).toBeLessThan(5 * variance * Math.sqrt(spread / n))
  })

  test('draws biases within 1/√fan_in or not at all, and begins with neutral batch-norms', () => {
    for (const [one, { data, shape }] of Object.entries(initial)) {
      const [layer, role] = [one.slice(0, one.lastIndexOf('/')), one.slice(one.lastIndexOf('/') + 1)]
      const weight = initial[`${layer}/weight`]?.shape ?? []
      const fanIn = weight.length === 4 ? sizeOf(weight.slice(0, 3)) : (weight[1] ?? NaN)
      if (role === 'weight') continue
      const values = [...data]
      if (role === 'bias' && facts.drawn(one) === uniform) {
        const bound = Math.fround(1 / Math.sqrt(fanIn))
        expect(values.every((b) => Math.abs(b) <= bound)).toBe(true)
        expect(new Set(values).size).toBe(shape[0])
      } else if (role === 'bias' || role === 'offset' || role === 'mean')
        expect(new Set(values)).toEqual(new Set([0]))
      else if (role === 'scale' || role === 'variance') expect(new Set(values)).toEqual(new Set([1]))
    }
  })
})
