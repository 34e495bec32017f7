import type { Model, SuiteSettings } from '../plugin/index.ts'
import type { DatasetDescription } from '../values/dataset.ts'
import { plainText } from '../values/plain-text.ts'
import { Problem } from '../values/problem.ts'
import { CONTROL, type PlannedCriterion } from './build.ts'
import type { DataIdentity, EngineIdentity } from './types.ts'

/** Whether model, data and settings fit together. Throws a `Problem` naming the first thing that does not. */
export function checkFit(
  settings: SuiteSettings,
  model: Pick<Model, 'input' | 'classes' | 'parameters'>,
  criteria: readonly PlannedCriterion[],
  description: DatasetDescription,
  data: DataIdentity,
): void {
  if (model.input.join() !== description.shape.join()) {
    throw usage(
      `the model ${settings.model} takes images of ${model.input.join('×')}, but ${data.name} has ${description.shape.join('×')}`,
      'choose a model made for this data set, or a data set made for this model',
    )
  }
  if (model.classes !== description.classes) {
    throw usage(
      `the model ${settings.model} tells ${model.classes} classes apart, but ${data.name} has ${description.classes}`,
      'choose a model made for this data set, or a data set made for this model',
    )
  }
  const repaired = criteria.find(({ repair }) => repair !== null)
  const other = model.parameters.find(({ maskable, shape }) => maskable && shape.length !== 2)
  if (repaired && other) {
    throw usage(
      `${repaired.label} has a repair, but ${other.name} of the model ${settings.model} is not the weights of a fully connected layer`,
      'leave repair out: the orthogonality score is of fully connected layers',
    )
  }
  const { training, searchSet, scoringBatch } = settings
  const left = data.train - training.validation
  if (left < 1) {
    throw usage(
      `training.validation is ${training.validation}, but only ${data.train} training images of ${data.name} are used`,
      'hold out fewer images or use more of the data set',
    )
  }
  if (settings.merit === 'validationSelected' && training.validation === 0) {
    throw usage(
      'merit is validationSelected, but training.validation is 0: no epoch is chosen by validation',
      "hold images out with training.validation, or leave merit out: 'last' is the default",
    )
  }
  const ofSearches = settings.merit === 'search' || settings.merit === 'validation'
  if (ofSearches && criteria.every(({ kind }) => kind !== 'search')) {
    throw usage(
      `merit is ${settings.merit}, which only searches have, but the suite has no search`,
      "put a search into criteria, or leave merit out: 'last' is the default",
    )
  }
  const steps = Math.ceil(left / training.batchSize) * training.epochs
  const longest = Math.max(...settings.k, ...criteria.flatMap((criterion) => criterion.k ?? []))
  const whole = settings.kUnit === 'epochs' ? training.epochs : steps
  if (longest > whole) {
    const epochs = `${training.epochs} ${training.epochs === 1 ? 'epoch' : 'epochs'}`
    const has = settings.kUnit === 'epochs' ? epochs : `${steps} iterations (${epochs})`
    throw usage(
      `k is ${longest} ${settings.kUnit}, but a whole training has ${has}`,
      'choose masks earlier, or train longer',
    )
  }
  const searched = criteria.filter(({ kind }) => kind === 'search').map((c) => c.searchSet ?? searchSet)
  const largest = Math.max(0, ...searched.filter((images) => images !== 'all'))
  const used = {
    ...(largest > 0 ? { searchSet: largest } : {}),
    ...(settings.jacobian === null ? {} : { 'jacobian.images': settings.jacobian.images }),
    ...(criteria.some((criterion) => criterion.needs.includes('gradients')) ? { scoringBatch } : {}),
  }
  const parts = {
    'the number of training images': left,
    'the number of test images': data.test,
    ...(training.validation > 0 ? { 'training.validation': training.validation } : {}),
    ...(searched.length > 0 ? { searchSet: Math.min(...searched.map((n) => (n === 'all' ? left : n))) } : {}),
  }
  for (const [name, value] of Object.entries(parts)) {
    if (value < description.classes) {
      throw usage(
        `${name} is ${value}, fewer than the ${description.classes} classes of ${data.name}`,
        'every part of the data must have images of every class: use more of them',
      )
    }
  }
  for (const [name, value] of Object.entries(used)) {
    if (value > left) {
      throw usage(
        `${name} is ${value}, but ${data.name} leaves ${left} images for training`,
        `make ${name} smaller or use more of the data set`,
      )
    }
  }
}

/** Whether the engine computes in the precision that searches ask for. */
export function checkPrecision(criteria: readonly PlannedCriterion[], engine: EngineIdentity): void {
  const reduced = criteria.find(({ precision }) => precision !== 'float32')
  if (!reduced || (engine.runtime === 'onnx' && engine.device === 'gpu')) return
  throw usage(
    `${reduced.label} evaluates masks in ${reduced.precision}, which the ${engine.runtime} runtime does not on the ${engine.device}`,
    'run it with --runtime onnx --device gpu, or leave evaluation out',
  )
}

/** Whether every cell of the matrix has a name of its own. */
export function checkMatrix(settings: SuiteSettings, criteria: readonly PlannedCriterion[]): void {
  if (settings.granularity === 'weight') {
    const reader = criteria.find(({ needs }) =>
      needs.some((need) => need === 'scales' || need === 'trainedScales'),
    )
    if (reader) {
      throw usage(
        `${reader.label} reads batch-norm scales, one for each filter, but the suite prunes single weights`,
        "leave it out, or prune filters: granularity: 'filter'",
      )
    }
  }
  const repaired = criteria.find(({ repair }) => repair !== null)
  if (settings.granularity === 'filter' && repaired) {
    throw usage(
      `${repaired.label} has a repair, but the suite prunes filters`,
      "leave repair out, or prune single weights: granularity: 'weight'",
    )
  }
  noRepeats('sparsities', settings.sparsities, ' (they are compared to 10 digits)')
  noRepeats('k', settings.k)
  noRepeats('seeds', settings.seeds)
  noRepeats('searchSeeds', settings.searchSeeds ?? [])
  if (criteria.length === 0) {
    throw usage('criteria is empty', "name at least one criterion: criteria: ['random']")
  }
  for (const { label, k, searchSeeds } of criteria) {
    noRepeats(`the k of ${label}`, k ?? [])
    noRepeats(`the searchSeeds of ${label}`, searchSeeds ?? [])
  }
  const labels = criteria.map((c) => c.label)
  for (const label of labels) checkLabel(label)
  const repeated = labels.find((label, i) => labels.indexOf(label) !== i)
  if (repeated !== undefined) {
    throw usage(
      `criteria has ${repeated} twice`,
      "give one of them another name: { criterion: '…', label: '…' }",
    )
  }
  const lower = labels.map((label) => label.toLowerCase())
  const [alike = '', other] = labels.filter(
    (_, i) => lower.indexOf(lower[i] ?? '') !== lower.lastIndexOf(lower[i] ?? ''),
  )
  if (other !== undefined) {
    throw usage(
      `criteria has ${alike} and ${other}, which differ in case only: on some systems their files would be the same`,
      'give one of them another label',
    )
  }
  if (labels.includes(CONTROL)) {
    throw usage(`${CONTROL} is the name of the control`, 'give the criterion another label')
  }
}

/** Characters of a label: it stands in tables, figures and the names of files. */
const LONGEST_LABEL = 100

function checkLabel(label: string): void {
  const wrong = (why: string, hint: string) =>
    usage(
      `the label ${JSON.stringify(plainText(label).slice(0, 40))}${label.length > 40 ? '…' : ''} ${why}`,
      hint,
    )
  if (label.length > LONGEST_LABEL) {
    throw wrong(
      `has ${label.length} characters; at most ${LONGEST_LABEL} fit into tables and names of files`,
      'choose a shorter label',
    )
  }
  if (plainText(label) !== label || /[\t\n]/.test(label))
    throw wrong('has a control character or half a character', 'choose a label of visible characters')
}

function noRepeats(name: string, values: readonly number[], how = ''): void {
  const repeated = values.find((value, i) => values.indexOf(value) !== i)
  if (repeated !== undefined) throw usage(`${name} has ${repeated} twice${how}`, `leave one of them out`)
}

function usage(message: string, hint: string): Problem {
  return new Problem('usage', message, { hint })
}
