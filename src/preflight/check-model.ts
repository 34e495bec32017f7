import type { Granularity } from '../plugin/index.ts'
import { checkCosts } from './check-costs.ts'
import { checkForms } from './check-forms.ts'
import { BATCH, checkWiring } from './check-wiring.ts'
import { randomNetwork } from './random-network.ts'
import { withTrial, type TriedModel } from './trial.ts'

/** How a suite trains and prunes a model. */
export interface ModelUse extends TriedModel {
  readonly granularity: Granularity
  /** Images that it is trained on, and of how many a batch consists. */
  readonly images: number
  readonly batchSize: number
}

/**
 * Whether a model can be evaluated and trained as a suite asks for it, loses filters and costs as its wiring says, and
 * says the same in each form it is given in: tried on a few random images. Throws a `Problem` that names the model and
 * what cannot be done.
 */
export async function checkModel(use: ModelUse): Promise<void> {
  const { model, granularity, images, batchSize } = use
  const network = randomNetwork(model, 1)
  await withTrial(use, network, BATCH, async (run) => {
    if (model.wire === undefined) await run(network, 1)
    else await checkWiring({ ...use, network, run }, granularity)
  })
  await checkForms(use, network)
  if (model.wire !== undefined) await checkCosts(model, use.name, network)
  // Batch-norm has no variance over one image that is one pixel: a whole epoch would be computed before that shows.
  if (batchSize === 1 || images % batchSize === 1) await withTrial(use, network, 1, (run) => run(network, 1))
}
