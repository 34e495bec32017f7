import type { CellRecord, RunIdentity } from '../results/index.ts'

/** What a network's files tell of it: text by name. */
export type NetworkAbout = Readonly<Record<string, string>>

/** Where a network comes from, so that it can be made again: its cell, what it was made with, the accuracy it has. */
export function networkAbout(
  { suite, profile, model, data, engine, versions }: RunIdentity,
  { id, sparsity, accuracy, units }: CellRecord,
): NetworkAbout {
  const { last } = accuracy
  return {
    producer: `prune-bench ${versions['prune-bench']}`,
    suite,
    profile,
    cell: id,
    'sparsity.achieved': String(sparsity.achieved ?? 0),
    model: model.name,
    'model.digest': model.digest,
    data: data.name,
    'data.digest': data.digest,
    engine: `${engine.runtime} ${engine.version}, ${engine.device}`,
    ...(last && {
      'test.correct': String(last.correct),
      'test.total': String(last.total),
      epoch: String(last.epoch),
    }),
    'unit.train': units.train ?? '',
    'unit.mask': units.mask ?? units.search ?? '',
  }
}

/** The same in a sentence. */
export function networkSentence(about: NetworkAbout): string {
  const { cell, suite, model, data } = about
  const [correct, total] = [Number(about['test.correct']), Number(about['test.total'])]
  const right = `${correct.toLocaleString('en-US')} of ${total.toLocaleString('en-US')}`
  return `${cell} of the suite ${suite}: ${model} trained on ${data}; classifies ${right} test images right.`
}
