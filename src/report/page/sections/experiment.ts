import type { CriterionReport, Results } from '../../../results/index.ts'
import { short } from '../../../values/digest.ts'
import { runFacts } from '../../run-facts.ts'
import { sanityFacts } from '../../sanity-facts.ts'
import { counted, integer, share } from '../../words.ts'
import { html, type Markup } from '../markup.ts'
import type { Section } from '../section.ts'

/** What was run, so exactly that it can be repeated and believed. */
export const experiment: Section = {
  title: 'Experiment',
  body: ({ results }) => {
    const facts = [...runFacts(results), ...more(results), ...sanityFacts(results.identity.criteria)]
    return html`<dl class="facts">
        ${facts.map(
          ({ label, text }) =>
            html`<dt>${label}</dt>
              <dd>${text}</dd> `,
        )}
      </dl>
      <h3>Criteria and what they may use</h3>
      <div class="scroll" role="region" aria-label="Criteria" tabindex="0">
        <table>
          <thead>
            <tr>
              ${headings.map((text) => html`<th scope="col" class="text">${text}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${results.identity.criteria.map((criterion) => row(criterion, results))}
          </tbody>
        </table>
      </div>`
  },
}

function more({ identity, cells }: Results) {
  const { data, model, training, granularity, kUnit, scoringBatch } = identity
  const total = cells.find(({ sparsity }) => sparsity.total !== null)?.sparsity.total
  const sparsities = [
    ...new Set(cells.filter(({ point }) => !point.control).map(({ point }) => point.sparsity)),
  ]
  const what = granularity === 'filter' ? 'filters' : 'weights'
  return [
    { label: 'data digest', text: data.digest },
    { label: 'model digest', text: model.digest },
    {
      label: 'splits',
      text: `${integer(data.train - training.validation)} images to train on, ${training.validation === 0 ? 'none' : integer(training.validation)} held out to choose an epoch, ${integer(data.test)} to test on, read ${training.testEveryEpoch ? 'after every epoch, for curves that say so' : 'once, at the end'}; ${data.split === 'stratified' ? 'images of each part are drawn at random with each class in its share, the same for all seeds' : "search sets are the first training images in the data set's own order, validation images the last"}`,
    },
    {
      label: 'pruned',
      text: `${what}${total == null ? '' : `; sparsity is counted over the ${integer(total)} maskable ${what} of all layers together`}; asked for: ${sparsities.map(share).join(', ')}`,
    },
    {
      label: 'k',
      text: `counts ${kUnit} of training of the full network before a mask is chosen; networks then begin at their initial weights again`,
    },
    {
      label: 'scores',
      text: `gradients are of one batch of ${counted(scoringBatch, 'training image')}; the highest scores are kept, ties by index, so that counts are exact`,
    },
  ]
}

const headings = [
  'label',
  'plugin',
  'kind',
  'reads',
  'ranks',
  'masks tried per cell',
  'search set',
  'options',
  'digest',
]

function row(criterion: CriterionReport, { cells }: Results): Markup {
  const { label, plugin, kind, needs, scope, options, searchSet, reinitialise } = criterion
  const search = kind === 'search'
  const tried = Math.max(
    0,
    ...cells.filter(({ point }) => point.criterion === label).map((cell) => cell.evaluatedMasks),
  )
  const set = Object.entries(options).map(([name, value]) => `${name} ${value}`)
  const texts = [
    label,
    plugin.name,
    kind,
    search ? 'accuracies of masks' : needs.join(', '),
    search ? '–' : scope === 'global' ? 'all layers together' : 'each layer on its own',
    search ? integer(tried) : '–',
    search ? counted(searchSet, 'training image') : '–',
    [...(reinitialise ? ['weights newly drawn'] : []), ...set].join(', ') || '–',
  ]
  return html`<tr>
    ${texts.map((text) => html`<td class="t">${text}</td>`)}
    <td class="t"><code>${short(plugin.digest)}</code></td>
  </tr> `
}
