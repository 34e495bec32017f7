import { expect, test } from 'vitest'
import { stream } from '../values/random.ts'
import { drawAction, improved, policyGradient } from './reinforce-policy.ts'
import type { GaussianPolicy } from './reinforce-policy.ts'

const policy: GaussianPolicy = { mean: [0.5, -1, 2], spread: [1, 0.5, 0.2] }

/** ln of the density of an action. */
const logDensity = ({ mean, spread }: GaussianPolicy, action: readonly number[]) =>
  action.reduce((sum, x, i) => {
    const s = spread[i] as number
    return sum - ((x - (mean[i] as number)) / s) ** 2 / 2 - Math.log(s) - Math.log(2 * Math.PI) / 2
  }, 0)

test('of one action it is the advantage times the slope of its log density, by finite differences', () => {
  const action = [1.2, -0.3, 1.9]
  const gradient = policyGradient(policy, [{ action, advantage: -1.7 }])
  for (const part of ['mean', 'spread'] as const)
    for (const i of [0, 1, 2]) {
      const at = (h: number) =>
        logDensity({ ...policy, [part]: policy[part].map((x, j) => (j === i ? x + h : x)) }, action)
      const slope = (at(1e-5) - at(-1e-5)) / 2e-5
      expect(gradient[part][i]).toBeCloseTo(-1.7 * slope, 5)
    }
})

test('on average it is the gradient of the expected reward, whatever the baseline', () => {
  // Reward −Σ (x − t)²: its expectation −Σ ((μ − t)² + σ²) has slopes −2 (μ − t) and −2 σ.
  const target = [0, 0, 2.5]
  const random = stream(1, 'policy')
  const rounds = 60_000
  const actions = Array.from({ length: rounds }, () => drawAction(policy, random))
  for (const baseline of [0, -3]) {
    const each = actions.map((action) => {
      const reward = -action.reduce((sum, x, i) => sum + (x - (target[i] as number)) ** 2, 0)
      return { action, advantage: reward - baseline }
    })
    const gradient = policyGradient(policy, each)
    for (const part of ['mean', 'spread'] as const)
      for (const i of [0, 1, 2]) {
        const single = each.map((one) => policyGradient(policy, [one])[part][i] as number)
        const variance = single.reduce((sum, x) => sum + (x - (gradient[part][i] as number)) ** 2, 0) / rounds
        const slope =
          part === 'mean'
            ? -2 * ((policy.mean[i] as number) - (target[i] as number))
            : -2 * (policy.spread[i] as number)
        const error = Math.abs((gradient[part][i] as number) - slope)
        expect(error / Math.sqrt(variance / rounds)).toBeLessThan(4)
      }
  }
})

test('a step is rate times σ² times the gradient, and spreads stay within their bounds', () => {
  const gradient = { mean: [1, -2, 0], spread: [-0.5, 40, -40] }
  const next = improved(policy, gradient, 0.1, { least: 0.1, most: 1.2 })
  const close = (got: readonly number[], wanted: number[]) =>
    got.forEach((x, i) => expect(x).toBeCloseTo(wanted[i] as number, 12))
  close(next.mean, [0.5 + 0.1, -1 - 0.1 * 0.25 * 2, 2])
  close(next.spread, [1 - 0.05, 1.2, 0.1])
})
