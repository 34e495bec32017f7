import { createHash } from 'node:crypto'
import type { DataIdentity } from '../plan/types.ts'
import type { ArtifactStore } from '../store/types.ts'
import { canonicalJson } from '../values/canonical-json.ts'
import type { Dataset } from '../values/dataset.ts'
import { digest, type Digest } from '../values/digest.ts'
import { Problem } from '../values/problem.ts'

/**
 * Holds a data set to its digest: results are stored by what `locate` claims, so that what `load` returned must be what
 * it returned when the store's first result was computed. Throws a `Problem` of kind `data` that names the data set.
 */
export async function bindData(
  store: Pick<ArtifactStore, 'bindings'>,
  identity: DataIdentity,
  dataset: Pick<Dataset, 'train' | 'test'>,
): Promise<void> {
  const content = contentOf(dataset)
  const { name, train, test, split } = identity
  const claim = digest(
    canonicalJson({ name, digest: identity.digest, train, test, ...(split === undefined ? {} : { split }) }),
  )
  const bound = await store.bindings.bind(claim, { name, content })
  if (bound.content !== content) throw otherContent(name)
}

/** Takes over what another store's claims are bound to. Throws a `Problem` of kind `data` where this store has other content. */
export async function mergeBindings(
  from: Pick<ArtifactStore, 'bindings'>,
  to: Pick<ArtifactStore, 'bindings'>,
): Promise<void> {
  for await (const { claim, name, content } of from.bindings.list()) {
    const bound = await to.bindings.bind(claim, { name, content })
    if (bound.content !== content) throw otherContent(name)
  }
}

function contentOf({ train, test }: Pick<Dataset, 'train' | 'test'>): Digest {
  const hash = createHash('sha256')
  for (const { images, labels } of [train, test]) hash.update(images).update(labels)
  return hash.digest('hex') as Digest
}

function otherContent(name: string): Problem {
  return new Problem(
    'data',
    `the data set ${name} has other content than the stored results were computed on, under the same digest`,
    {
      hint:
        `let locate in its source return another digest when the content changes, such as the digest of its files: then ` +
        `everything is computed on the new data; or bring back the old content`,
    },
  )
}
