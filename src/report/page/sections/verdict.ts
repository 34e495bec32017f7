import type {
  AssertionCheck,
  AssertionResult,
  Change,
  Comparison,
  Outcome,
  Verdict,
} from '../../../verdict/index.ts'
import { metrics } from '../../../verdict/index.ts'
import { changeWords, figuresOf, toldChanges } from '../../changes-table.ts'
import { pointName } from '../../point-name.ts'
import {
  assertionCounts,
  checkInWords,
  comparisonInWords,
  comparisonNotes,
  judgedInWords,
  outcomeMarks,
} from '../../verdict-words.ts'
import { counted } from '../../words.ts'
import { html, type Markup } from '../markup.ts'
import type { Section } from '../section.ts'

const tones = { pass: 'good', fail: 'bad', unsure: 'warning', skipped: 'quiet' } as const

const words: Readonly<Record<Outcome, string>> = {
  pass: 'Pass: nothing that could be judged is other than it should be.',
  fail: 'Fail: the results are not what they should be.',
  unsure: 'Unsure: too little was measured to tell.',
}

/** Whether results are what they should be: what the suite asserts, and no worse than what was accepted. */
export const verdict: Section = {
  title: 'Verdict',
  body: ({ verdict }) =>
    html`${judgement(verdict)} ${assertions(verdict.assertions)}
      <h3>Against the baseline</h3>
      ${verdict.baseline === null ? html`<p class="quiet">Nothing was accepted for this profile and data set: <code>prune-bench baseline accept ${verdict.suite}</code> makes these results what later runs are held against.</p>` : comparison(verdict.suite, verdict.baseline)}`,
}

/** A run that nothing was asked of has no verdict. */
function judgement(verdict: Verdict): Markup {
  const { outcome, counts, assertions: asked, baseline } = verdict
  const skipped =
    counts.skipped === 0 ? '' : ` ${counts.skipped} of ${counted(asked.length, 'assertion')} skipped.`
  return asked.length === 0 && baseline === null
    ? html`<p>Nothing is asserted by the suite and there is no baseline, so there is nothing to judge.</p>`
    : html`<p class="${tones[outcome]}">
        <strong>${outcomeMarks[outcome]} ${words[outcome]}${skipped} ${judgedInWords(verdict) ?? ''}</strong>
      </p>`
}

function assertions(all: readonly AssertionResult[]): Markup {
  if (all.length === 0) {
    return html`<h3>Assertions</h3>
      <p class="quiet">The suite makes none. Set assertions in the suite.</p>`
  }
  const counts = assertionCounts(all).map(({ words: count }) => count)
  return html`<h3>Assertions: ${counts.join(', ')}</h3>
    <ul class="plain">
      ${all.map(
        ({ title, outcome, place, reason, checks }) =>
          html`<li>
            <span class="${tones[outcome]}">${outcomeMarks[outcome]} ${title}</span>
            ${outcome === 'pass' || place === null ? null : html` <code>${place.file}:${place.line ?? 1}</code>`}
            ${reason === null ? null : html`<br /><span class="quiet">${reason}</span>`}
            ${checkList(checks, outcome === 'pass')}
          </li> `,
      )}
    </ul>`
}

/** What was measured in each group; folded where there is nothing to do about it. */
function checkList(checks: readonly AssertionCheck[], folded: boolean): Markup | null {
  const told = checks.filter(({ value, reason }) => value !== null || reason !== null)
  if (told.length === 0) return null
  const lines = html`<ul class="plain quiet">
    ${told.map((check) => html`<li>${checkInWords(check)}</li>`)}
  </ul>`
  return folded
    ? html`<details>
        <summary class="quiet">${counted(told.length, 'group')}</summary>
        ${lines}
      </details>`
    : lines
}

const headings = ['figure', 'before', 'now', 'change', 'interval', 'limit', '']

function comparison(suite: string, baseline: Comparison): Markup {
  const changes = toldChanges(baseline.changes)
  const lost = baseline.regressions.filter((one) => one.kind === 'lost')
  return html`<p>
      <span class="${tones[baseline.outcome]}">${comparisonInWords(baseline)}</span>; ${baseline.identical} of
      ${counted(baseline.compared, 'cell')} the same to the last bit.
    </p>
    ${changes.length === 0 ? null : table(changes)}
    ${lost.map(({ group, status, cells }) => html`<p class="bad">${pointName(group)}: ${counted(cells.length, 'cell')} ${status}, none had.</p>`)}
    ${comparisonNotes(suite, baseline).map((text) => html`<p class="quiet">${text}</p>`)}`
}

function table(changes: readonly Change[]): Markup {
  return html`<div class="scroll" role="region" aria-label="Changes" tabindex="0">
    <table>
      <caption>
        What noise does not explain
      </caption>
      <thead>
        <tr>
          ${headings.map((text, i) => html`<th scope="col" ${i === 0 ? html` class="text"` : null}>${text}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${changes.map(
          (change) =>
            html`<tr>
              <th scope="row" class="text">${pointName(change.group)} ${metrics[change.metric].short}</th>
              ${figuresOf(change).map((text) => html`<td>${text}</td>`)}
              <td class="t">
                ${changeWords[change.outcome]}${change.gates ? null : ' (informs, fails nothing)'}
              </td>
            </tr> `,
        )}
      </tbody>
    </table>
  </div>`
}
