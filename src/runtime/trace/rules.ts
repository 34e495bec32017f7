import { convolutionRules } from './kernels/convolution.ts'
import { creationRules } from './kernels/creation.ts'
import { depthwiseRules } from './kernels/depthwise.ts'
import { elementwiseRules } from './kernels/elementwise.ts'
import { indexingRules } from './kernels/indexing.ts'
import { layoutRules } from './kernels/layout.ts'
import { matmulRules } from './kernels/matmul.ts'
import { normalisationRules } from './kernels/normalisation.ts'
import { poolingRules } from './kernels/pooling.ts'
import { randomMaskRules } from './kernels/random-mask.ts'
import { reductionRules } from './kernels/reduction.ts'
import type { Rules } from './rule.ts'

/** Every tfjs kernel that can be part of a compiled function. */
export const rules: Rules = {
  ...convolutionRules,
  ...creationRules,
  ...depthwiseRules,
  ...elementwiseRules,
  ...indexingRules,
  ...layoutRules,
  ...matmulRules,
  ...normalisationRules,
  ...poolingRules,
  ...randomMaskRules,
  ...reductionRules,
}
