import { RANDOM_MASK, type RandomMaskAttributes } from '../../../values/random-mask.ts'
import { randomMask } from '../../graph/random-mask.ts'
import { checkMaskCall } from '../../random-mask.ts'
import { rule, type Rules } from '../rule.ts'

/** What dropout is made of. */
export const randomMaskRules: Rules = {
  [RANDOM_MASK]: rule<{ key: unknown; channels: unknown }, RandomMaskAttributes>(
    (g, { key, channels }, attrs) => {
      checkMaskCall(key, channels, attrs)
      return randomMask(g, key, channels, attrs)
    },
  ),
}
