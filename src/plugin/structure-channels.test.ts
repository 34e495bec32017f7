import { expect, test } from 'vitest'
import { stream } from '../values/random.ts'
import { ChannelClasses } from './structure-channels.ts'

test('channels are the same if a chain of unions joins them, in any order: against relabelling', () => {
  for (let seed = 0; seed < 20; seed++) {
    const random = stream(seed, 'unions')
    const classes = new ChannelClasses()
    const channels = [null, ...classes.create(12)]
    const labels = channels.map((_, i) => i)
    for (let union = 0; union < 9; union++) {
      const [a, b] = [random.integer(13), random.integer(13)]
      classes.unite(channels[a] ?? null, channels[b] ?? null)
      const [from, to] = [labels[a], labels[b]]
      labels.forEach((label, i) => {
        if (label === from) labels[i] = to as number
      })
    }
    const joined = channels.map((c) => channels.map((d) => classes.of(c) === classes.of(d)))
    expect(joined).toEqual(labels.map((l) => labels.map((m) => l === m)))
    expect(classes.of(null)).toBe(classes.fixed)
  }
})
