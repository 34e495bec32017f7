import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { reportFiles, type Report } from '../report-files.ts'
import { largeMatrix, sampleReport, smallMatrix } from '../sample-report.ts'
import { sections } from './sections/index.ts'

const executable = [
  process.env.CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((path) => path !== undefined && existsSync(path))

if (executable === undefined)
  console.warn('no Chromium: set CHROMIUM to its path to test the page in a browser')

describe.skipIf(executable === undefined)('the page in a browser', () => {
  const folder = mkdtempSync(join(tmpdir(), 'prune-bench-page-'))
  let browser: Browser | undefined

  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: executable ?? '',
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    })
    for (const [name, report] of Object.entries({
      small: sampleReport(smallMatrix),
      large: sampleReport(largeMatrix),
    }))
      await write(join(folder, name), report)
  })

  afterAll(async () => {
    await browser?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  async function write(at: string, report: Report): Promise<void> {
    for (const [path, content] of await reportFiles(report)) {
      mkdirSync(dirname(join(at, path)), { recursive: true })
      writeFileSync(join(at, path), content)
    }
  }

  /** Opens a report from disk; what the browser complains of or asks for is collected. */
  async function open(
    name: 'small' | 'large',
    options: { width?: number; dark?: boolean } = {},
  ): Promise<{ page: Page; complaints: string[] }> {
    if (!browser) throw new Error('no browser')
    const page = await browser.newPage({
      viewport: { width: options.width ?? 1200, height: 900 },
      colorScheme: options.dark === true ? 'dark' : 'light',
    })
    const complaints: string[] = []
    const file = `file://${join(folder, name, 'index.html')}`
    page.on('console', (message) => complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('request', (request) => {
      if (request.url() !== file && !request.url().startsWith('data:')) complaints.push(request.url())
    })
    await page.goto(file)
    return { page, complaints }
  }

  test('shows every section, complains of nothing and asks for nothing', async () => {
    const { page, complaints } = await open('small')
    for (const [anchor, { title }] of Object.entries(sections)) {
      await page.click(`nav a[href="#${anchor}"]`)
      expect(await page.locator(`section#${anchor} > h2`).innerText()).toBe(title)
      expect((await page.locator(`section#${anchor}`).innerText()).length).toBeGreaterThan(title.length + 10)
    }
    expect(complaints).toEqual([])
    await page.close()
  })

  test('a heading sorts, up and then down, and says so', async () => {
    const { page } = await open('small')
    const heading = page.locator('#cells-grid th', { hasText: 'last epoch' })
    const headings = await page.locator('#cells-grid th').allInnerTexts()
    const column = headings.indexOf('last epoch')
    expect(column).toBeGreaterThan(0)
    const values = async () =>
      (await page.locator(`#cells-grid tbody tr td:nth-child(${column + 1})`).allInnerTexts())
        .map(Number.parseFloat)
        .filter((value) => !Number.isNaN(value))
    await heading.locator('button').click()
    expect(await heading.getAttribute('aria-sort')).toBe('ascending')
    const up = await values()
    expect(up.length).toBeGreaterThan(50)
    expect(up).toEqual(up.toSorted((a, b) => a - b))
    await page.keyboard.press('Enter')
    expect(await heading.getAttribute('aria-sort')).toBe('descending')
    expect(await values()).toEqual(up.toReversed())
    await page.close()
  })

  test('words filter the rows, all of them', async () => {
    const { page } = await open('small')
    const rows = page.locator('#cells-grid tbody tr:visible')
    const all = await rows.count()
    await page.fill('#cells-grid input', 'mag-rewind collapsed')
    expect(await rows.count()).toBe(6)
    expect(await page.locator('#cells-grid output').innerText()).toBe(`6 of ${all} cells`)
    await page.fill('#cells-grid input', '')
    expect(await rows.count()).toBe(all)
    await page.close()
  })

  test('choosing an axis shows its picture and no other', async () => {
    const { page } = await open('small')
    const shown = page.locator('#figure-accuracy [data-picked]:visible')
    expect(await shown.count()).toBe(1)
    await page.locator('#figure-accuracy select').first().selectOption('parameters')
    expect(await shown.count()).toBe(1)
    expect(await shown.getAttribute('data-picked')).toBe('parameters|last epoch')
    expect(await shown.locator('svg[role=img]').getAttribute('aria-label')).toContain(
      'trained parameters left',
    )
    await page.close()
  })

  test('follows the colours of the system, or those chosen', async () => {
    const { page } = await open('small', { dark: true })
    const ground = () => page.evaluate('getComputedStyle(document.body).backgroundColor')
    expect(await ground()).toBe('rgb(21, 24, 28)')
    await page.click('button[data-themes]')
    expect(await page.locator('button[data-themes]').innerText()).toBe('Colours: light')
    expect(await ground()).toBe('rgb(255, 255, 255)')
    await page.close()
  })

  test('a narrow page is no wider than the screen', async () => {
    const { page } = await open('small', { width: 390 })
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390)
    await page.close()
  })

  test('2,005 cells are sorted and filtered at once', async () => {
    const { page, complaints } = await open('large')
    expect(await page.locator('#cells-grid output').innerText()).toBe('2005 cells, the first 250 shown')
    // Until the changed table is laid out. The figure to keep is 200 ms (see bench/); a busy machine gets five times that.
    const took = (action: string) =>
      page.evaluate<number>(
        `(() => { const start = performance.now(); ${action}; document.body.offsetHeight; return performance.now() - start })()`,
      )
    expect(await took(`document.querySelectorAll('#cells-grid th button')[9].click()`)).toBeLessThan(1000)
    const type = `const input = document.querySelector('#cells-grid input'); input.value = 'criterion-3'; input.dispatchEvent(new Event('input'))`
    expect(await took(type)).toBeLessThan(1000)
    expect(await page.locator('#cells-grid output').innerText()).toBe('200 of 2005 cells')
    await page.fill('#cells-grid input', '')
    await page.click('#cells-grid button.more')
    expect(await page.locator('#cells-grid tbody tr').count()).toBe(2005)
    expect(complaints).toEqual([])
    await page.close()
  })
})
