import script from '#page/script'
import style from '#page/style'
import { inks, neutral } from '../figures/palette.ts'
import type { Figures } from '../figures/index.ts'
import type { Report } from '../report-files.ts'
import { html, Markup } from './markup.ts'
import { sections } from './sections/index.ts'

/** The whole report as one page that needs nothing beside itself. */
export function page(report: Report, figures: Figures): string {
  const { identity } = report.results
  const parts = Object.entries(sections)
  const { text } = html`<!doctype html>
    <html lang="en" data-theme="system">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${identity.suite}, ${identity.profile} · prune-bench</title>
        <link rel="icon" href="data:," />
        <style>
          ${new Markup(`${style}\n:root{${colours()}}`)}
        </style>
      </head>
      <body>
        <a class="skip" href="#summary">Skip to the summary</a>
        <header>
          <div>
            <h1>${identity.suite}</h1>
            <p>
              ${identity.summary}<br /><span class="quiet"
                >Profile ${identity.profile} · prune-bench ${identity.versions['prune-bench']}</span
              >
            </p>
          </div>
          <button type="button" class="script" data-themes="system light dark">Colours: system</button>
        </header>
        <nav aria-label="Sections">
          <ul>
            ${parts.map(([anchor, { title }]) => html`<li><a href="#${anchor}">${title}</a></li>`)}
          </ul>
        </nav>
        <main>
          ${parts.map(
            ([anchor, { title, body }]) =>
              html`<section id="${anchor}" aria-labelledby="title-${anchor}">
                <h2 id="title-${anchor}">${title}</h2>
                ${body(report, figures)}
              </section> `,
          )}
        </main>
        <footer>
          <p class="quiet">
            Beside this page: results.json (everything, for programs), results.csv, similarity.csv,
            verdict.json, report.md, figures/ (every figure as SVG, its data as CSV).
          </p>
        </footer>
        <script>
          ${new Markup(script)}
        </script>
      </body>
    </html> `
  return text
}

function colours(): string {
  return [...inks, neutral]
    .map(({ property, light, dark }) => `${property}:light-dark(${light},${dark})`)
    .join(';')
}
