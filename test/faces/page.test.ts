import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../architecture/source.ts';
import { gallery } from '../render/gallery.ts';
import { need } from '../support/require.ts';

const program = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
  existsSync(path),
);
const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

describe.skipIf(!need(program !== undefined, 'a Chromium for the page of a report: apt install chromium'))(
  'the page in a browser',
  () => {
    let browser: Browser;

    beforeAll(async () => {
      browser = await chromium.launch({ executablePath: program!, args: quiet });
    });

    afterAll(async () => {
      await browser?.close();
    });

    async function open(
      width: number,
      scheme: 'light' | 'dark',
    ): Promise<{ page: Page; requests: string[]; complaints: string[] }> {
      const context = await browser.newContext({
        viewport: { width, height: 900 },
        colorScheme: scheme,
        javaScriptEnabled: true,
      });
      const page = await context.newPage();
      const requests: string[] = [];
      const complaints: string[] = [];
      page.on('request', (request) => requests.push(request.url()));
      page.on('console', (message) => complaints.push(message.text()));
      page.on('dialog', (dialog) => {
        complaints.push(dialog.message());
        void dialog.dismiss();
      });
      await page.goto(pathToFileURL(join(root, 'test/render/golden/gallery.html')).href);
      return { page, requests, complaints };
    }

    it.each([
      [1280, 'light'],
      [390, 'dark'],
    ] as const)('loads nothing, runs nothing and is not wider than %i pixels (%s)', async (width, scheme) => {
      const { page, requests, complaints } = await open(width, scheme);
      expect(requests.filter((url) => !url.startsWith('file:') && !url.startsWith('data:'))).toEqual([]);
      expect(complaints).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
      await page.context().close();
    });

    it('shows every claim, and what is open stands open', async () => {
      const { page } = await open(1280, 'light');
      for (const claim of gallery.claims.filter((one) => one.id !== 'X1'))
        expect(await page.getByText(claim.says, { exact: false }).count()).toBeGreaterThan(0);
      for (const id of ['q1', 'a2'])
        expect(await page.locator(`#claim-${id} details`).getAttribute('open')).not.toBeNull();
      expect(await page.locator('#claim-e1 details').getAttribute('open')).toBeNull();
      await page.context().close();
    });

    it('gives "not proven" the size of "proven"', async () => {
      const { page } = await open(1280, 'light');
      const [left, right] = await Promise.all(
        ['.side.open', '.side.proven'].map((selector) => page.locator(selector).boundingBox()),
      );
      expect(left!.width).toBe(right!.width);
      expect(left!.height).toBe(right!.height);
      const sizes = await page.evaluate(
        "[...document.querySelectorAll('.side.open h3, .side.proven h3')].map((e) => getComputedStyle(e).fontSize)",
      );
      expect(new Set(sizes as string[]).size).toBe(1);
      await page.context().close();
    });

    it('has landmarks, one first heading, ordered headings, names for tables, and links that lead somewhere', async () => {
      const { page } = await open(1280, 'light');
      const found = (await page.evaluate(`({
      landmarks: ['header', 'nav', 'main', 'footer'].map((name) => document.querySelectorAll('body ' + name).length),
      first: document.querySelectorAll('h1').length,
      levels: [...document.querySelectorAll('h1, h2, h3')].map((e) => Number(e.tagName[1])),
      nameless: [...document.querySelectorAll('table')].filter((e) => !e.caption?.textContent).length,
      unscoped: document.querySelectorAll('thead th:not([scope])').length,
      lost: [...document.querySelectorAll('a[href^="#"]')].filter((e) => !document.getElementById(e.getAttribute('href').slice(1))).map((e) => e.getAttribute('href')),
      doubled: [...document.querySelectorAll('[id]')].map((e) => e.id).filter((id, at, all) => all.indexOf(id) !== at),
      language: document.documentElement.lang,
    })`)) as Record<string, unknown>;
      expect(found).toMatchObject({
        landmarks: [1, 1, 1, 1],
        first: 1,
        nameless: 0,
        unscoped: 0,
        lost: [],
        doubled: [],
        language: 'en',
      });
      const levels = found['levels'] as number[];
      expect(
        levels.every((level, at) => at === 0 || level <= levels[at - 1]! + 1 || levels[at - 1] === 1),
      ).toBe(true);
      await page.context().close();
    });

    it.each(['light', 'dark'] as const)('has text with enough contrast (%s)', async (scheme) => {
      const { page } = await open(1280, scheme);
      const weak = await page.evaluate(`(() => {
      const rgb = (text) => (text.match(/[\\d.]+/g) ?? []).map(Number);
      const light = ([r, g, b]) => [r, g, b].map((v) => v / 255).map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)).reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
      const ground = (e) => { for (let at = e; at; at = at.parentElement) { const c = rgb(getComputedStyle(at).backgroundColor); if (c.length === 3 || c[3] === 1) return c; } return [255, 255, 255]; };
      const texts = [...document.querySelectorAll('body *')].filter((e) => e.checkVisibility() && !e.closest('svg') && [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim() !== ''));
      return [...new Set(texts.map((e) => {
        const [a, b] = [light(rgb(getComputedStyle(e).color)), light(ground(e))].sort((x, y) => y - x);
        return (a + 0.05) / (b + 0.05) < 4.5 ? e.tagName + '.' + e.className + ' ' + ((a + 0.05) / (b + 0.05)).toFixed(2) : '';
      }))].filter((text) => text !== '');
    })()`);
      expect(weak).toEqual([]);
      await page.context().close();
    });
  },
);
