import type { DataAccess, Dataset, DatasetSize, DatasetSource, Examples, Split } from '../values/dataset.ts'
import { sizeOf } from '../values/host-tensor.ts'
import { Problem } from '../values/problem.ts'
import { load } from './ask-source.ts'
import { inOrder, stratifiedOrder } from './stratified.ts'

/**
 * Loads so much of a data set and checks that it is what was asked for and what its description says: sizes, lengths,
 * classes. Images come in the order of the split, so that every part of them is a beginning or an end. Throws a `Problem` of
 * kind `data` naming the data set, the count found and the count expected.
 */
export async function loadChecked(
  name: string,
  source: DatasetSource,
  access: DataAccess,
  size: DatasetSize,
  split: Split,
): Promise<Dataset> {
  if (split === 'first' || source.inRandomOrder === true) return loadFirst(name, source, access, size)
  const all = await loadFirst(name, source, access, source.description.size)
  const chosen = (part: 'train' | 'test') =>
    inOrder(all[part], stratifiedOrder(all[part].labels, `${name}/${part}`), size[part])
  return { ...all, train: chosen('train'), test: chosen('test') }
}

async function loadFirst(
  name: string,
  source: DatasetSource,
  access: DataAccess,
  size: DatasetSize,
): Promise<Dataset> {
  const dataset = await load(name, source, access, size)
  const { shape, classes, mean, std } = source.description
  if (dataset.shape.join() !== shape.join() || dataset.classes !== classes) {
    throw wrong(
      name,
      `has images of ${dataset.shape.join('×')} in ${dataset.classes} classes, not of ${shape.join('×')} in ${classes}`,
    )
  }
  if (dataset.mean.join() !== mean.join() || dataset.std.join() !== std.join()) {
    throw wrong(name, 'was loaded with another mean or standard deviation than its description states')
  }
  checkSplit(name, 'train', dataset.train, size.train, source)
  checkSplit(name, 'test', dataset.test, size.test, source)
  return dataset
}

function checkSplit(
  name: string,
  split: string,
  examples: Examples,
  asked: number,
  source: DatasetSource,
): void {
  const { shape, classes } = source.description
  const { count, images, labels } = examples
  if (!(images instanceof Uint8Array) || !(labels instanceof Uint8Array))
    throw wrong(name, `has ${split} images or labels that are no Uint8Array`)
  if (count !== asked) throw wrong(name, `gave ${count} ${split} examples where ${asked} were asked for`)
  const bytes = count * sizeOf(shape)
  if (images.length !== bytes)
    throw wrong(name, `has ${images.length} bytes of ${split} images, not ${bytes}`)
  if (labels.length !== count) throw wrong(name, `has ${labels.length} ${split} labels, not ${count}`)
  const unknown = labels.find((label) => label >= classes)
  if (unknown !== undefined)
    throw wrong(name, `has the ${split} label ${unknown}, but only ${classes} classes`)
}

function wrong(name: string, what: string): Problem {
  return new Problem('data', `the data set ${name} ${what}`, {
    hint: 'correct the load function of its source: it must return the first size.train and size.test examples',
  })
}
