import type { Results } from '../../../results/index.ts'
import { headline, type Winner } from '../../headline.ts'
import { notRunWarnings, runWarnings } from '../../run-facts.ts'
import { counted } from '../../words.ts'
import { html, type Markup } from '../markup.ts'
import type { Section } from '../section.ts'

/** What was compared, what won by how much, what was lost; the verdict. */
export const summary: Section = {
  title: 'Summary',
  body: ({ results }) => {
    const { winners, measure, critical, lost, caveats } = headline(results)
    return html`${[...runWarnings(results), ...notRunWarnings(results)].map((text) => html`<p class="warning">⚠ ${text}</p> `)}
      <p>${compared(results)}</p>
      ${winnersTable(winners)}
      <p class="quiet">
        Best: highest mean ${measure}, ± one sample standard deviation over seeds. Leads are in points of
        accuracy, paired by seed. Their 95 % intervals (Student's t) are wider than those of single
        comparisons, because the best was chosen by its mean; clear: the interval does not contain 0.
      </p>
      ${critical.length === 0 ? null : list('Largest sparsity within 1 point of the unpruned network, as all smaller ones are', critical)}
      ${caveats.length === 0 ? null : list('Masks that their scores did not choose alone', caveats)}
      ${lost.length === 0 ? html`<p class="good">Every network was trained to the end.</p>` : list('Without an accuracy', lost)}`
  },
}

function compared({ identity, groups, cells }: Results): string {
  const pruned = groups.filter(({ control }) => !control)
  const count = (values: readonly (string | number)[]) => new Set(values).size
  const k = count(pruned.map((group) => group.k))
  const axes = [
    counted(count(pruned.map(({ criterion }) => criterion)), 'criterion', 'criteria'),
    counted(count(pruned.map(({ sparsity }) => sparsity)), 'sparsity', 'sparsities'),
    ...(k > 1 ? [`${k} values of k`] : []),
    counted(count(cells.map(({ point }) => point.seed)), 'seed'),
  ]
  const what = identity.granularity === 'filter' ? 'whole filters' : 'single weights'
  return `${axes.join(' × ')}: ${counted(cells.length, 'cell')}, pruning ${what} of ${identity.model.name} on ${identity.data.name}.`
}

const headings = [
  'pruned',
  'best',
  'accuracy',
  'next best',
  'lead',
  '95 % interval',
  '',
  'against unpruned',
  '95 % interval',
]

function winnersTable(winners: readonly Winner[]): Markup | null {
  if (winners.length === 0) return null
  const texts = new Set(['best', 'next best', ''])
  return html`<div class="scroll" role="region" aria-label="What won" tabindex="0">
    <table>
      <caption>
        What won at each sparsity
      </caption>
      <thead>
        <tr>
          ${headings.map((text) => html`<th scope="col" ${texts.has(text) ? html` class="text"` : null}>${text}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${winners.map(winnerRow)}
      </tbody>
    </table>
  </div>`
}

function winnerRow({ pruned, name, accuracy, next, control }: Winner): Markup {
  const tone = next.conclusion === 'clear' ? 'good' : 'quiet'
  return html`<tr>
    <th scope="row">${pruned}</th>
    <td class="t"><b>${name}</b></td>
    <td><b>${accuracy}</b></td>
    <td class="t">${next.over}</td>
    <td>${next.points}</td>
    <td>${next.interval}</td>
    <td class="t ${tone}">${next.conclusion}</td>
    <td>${control.points}</td>
    <td>${control.interval}</td>
  </tr> `
}

/** The first of them; a long list would hide what follows. */
const MOST = 12

function list(title: string, items: readonly string[]): Markup {
  const more = items.length - MOST
  return html`<h3>${title}</h3>
    <ul>
      ${items.slice(0, MOST).map((text) => html`<li>${text}</li>`)}${more > 0 ? html`<li>and ${more} more, in results.json</li>` : null}
    </ul>`
}
