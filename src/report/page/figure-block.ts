import { isDrawn, type AbsentFigure, type Figure } from '../figures/figure.ts'
import { figureFile } from '../figures/figure-files.ts'
import { html, Markup } from './markup.ts'

/** A figure with what a reader may choose, how to read it, and its files; or why it is not there. */
export function figureBlock(name: string, figure: Figure | AbsentFigure): Markup {
  if (!isDrawn(figure)) {
    return html`<h3 id="figure-${name}">${figure.title}</h3>
      <p class="quiet">Not shown: ${figure.why}</p>`
  }
  const { title, reading, choices, variants, leftOut } = figure
  const selects = choices.map(
    ({ label, options }) =>
      html`<label
        >${label}
        <select>
          ${options.map((option) => html`<option>${option}</option>`)}
        </select></label
      > `,
  )
  const pictures = variants.map(
    ({ picked, svg }, i) =>
      html`<div data-picked="${picked.join('|')}" ${i === 0 ? null : html` hidden`}>
        ${new Markup(svg)}
        <p class="quiet">
          <a href="${figureFile(name, variants, i)}">This picture as SVG</a>
        </p>
      </div> `,
  )
  return html`<figure id="figure-${name}" data-choices="${choices.length}" aria-labelledby="caption-${name}">
    <h3 class="unseen">${title}</h3>
    ${choices.length === 0 ? null : html`<p class="tools script">${selects}</p>`}
    <div class="scroll" role="region" aria-label="${title}" tabindex="0">${pictures}</div>
    <figcaption id="caption-${name}">
      ${reading}${leftOut === null ? null : ` ${leftOut}`} <a href="figures/${name}.csv">Data (CSV)</a>
    </figcaption>
  </figure>`
}
