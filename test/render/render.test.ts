import { describe, expect, it } from 'vitest';
import { clean, oneLine, shorten } from '../../src/render/clean.ts';
import { renderHtml } from '../../src/render/html/html.ts';
import { envelope, errorEnvelope, renderJson } from '../../src/render/json.ts';
import { renderMarkdown } from '../../src/render/markdown/markdown.ts';
import { columnsOf } from '../../src/render/terminal/width.ts';
import { renderTerminal } from '../../src/render/terminal/terminal.ts';
import { reportSchema } from '../../src/report/schema.ts';
import { gallery, hostile, proven } from './gallery.ts';

const plain = { width: 100, color: false, unicode: true };

describe('every renderer draws every kind of block as its golden file shows', () => {
  it.each([
    ['gallery.html', renderHtml(gallery)],
    ['proven.html', renderHtml(proven)],
    ['gallery.md', renderMarkdown(gallery)],
    ['proven.md', renderMarkdown(proven)],
    ['gallery.json', renderJson(gallery)],
    ['gallery.txt', renderTerminal(gallery, plain)],
    ['gallery-80-color.txt', renderTerminal(gallery, { width: 80, color: true, unicode: true })],
    ['gallery-ascii.txt', renderTerminal(gallery, { width: 80, color: false, unicode: false })],
    ['proven.txt', renderTerminal(proven, plain)],
  ])('%s', async (name, drawn) => {
    await expect(drawn).toMatchFileSnapshot(`golden/${name}`);
  });
});

describe('hostile text', () => {
  it('is taken literally by HTML', () => {
    const html = renderHtml(gallery);
    const outside = html.replaceAll(/src="data:image\/svg\+xml,[^"]*"/g, '');
    expect(outside).not.toMatch(/<script|onload=|href="javascript|<link|@import/i);
    expect(outside.match(/<style>/g)).toHaveLength(1);
    expect(html).toContain('&lt;script&gt;');
    expect(html).toContain('default-src &#39;none&#39;'.replaceAll('&#39;', "'"));
  });

  it('shows a drawing that is more than shapes as a picture', () => {
    const html = renderHtml(gallery);
    expect(html.match(/<img /g)).toHaveLength(1);
    expect(html).toContain('<svg role="img" xmlns=');
  });

  it.each([
    ['a handler', '<svg><rect onclick="x"/></svg>'],
    ['a foreign element', '<svg><foreignObject/></svg>'],
    ['an outside reference', '<svg><use href="http://x/y#z"/></svg>'],
    ['a style for the whole page', '<svg><style>body{display:none}</style></svg>'],
    ['a style that loads', '<svg><style>.d-a{background:url(http://x)}</style></svg>'],
    ['an early end', '<svg></svg><p>out</p><svg></svg>'],
    ['a comment', '<svg><!-- --></svg>'],
  ])('does not put %s into the page', (_what, svg) => {
    const html = renderHtml({
      ...proven,
      blocks: [{ id: 'd', title: 'D', kind: 'diagram', svg, mermaid: '' }],
    });
    expect(html).toContain('src="data:image/svg+xml,');
    expect(html).not.toContain(svg);
  });

  it('sends no control character to a terminal, without colours none at all', () => {
    const text = renderTerminal(gallery, plain);
    expect(text).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u200B\u202A-\u202E]/);
    expect(renderTerminal(gallery, { ...plain, color: true }).replaceAll(/\u001B\[\d+m/g, '')).toBe(text);
  });

  it('cannot break a Markdown table, start a tag or notify anybody', () => {
    const markdown = renderMarkdown(gallery);
    const code = /^(?<indent> *)(?<ticks>`{3,})[\s\S]*?^\k<indent>\k<ticks>$/gm;
    const prose = markdown.replaceAll(code, '').replaceAll(/(`+)(?!`)[\s\S]*?[^`]\1(?!`)/g, '');
    expect(prose).not.toMatch(/<script|@everyone/);
    for (const row of prose.split('\n').filter((line) => line.startsWith('| X1')))
      expect(row.match(/(?<!\\)\|/g)).toHaveLength(5);
  });

  it('is cleaned of what reorders, hides or controls', () => {
    expect(clean('a\u001B[2Jb\u001B]0;t\u0007c\u202Ed\u0000e\r\nf')).toBe('abc⟨U+202E⟩de\nf');
    expect(oneLine(' a\n\t b ')).toBe('a b');
    expect(shorten('abcdef', 4)).toBe('abc…');
    expect(clean(hostile)).toContain('نص 漢字 é');
  });
});

describe('the terminal', () => {
  it.each([80, 100, 120])('keeps within %i columns, except for what a reader copies', (width) => {
    const verbatim = ['sql', 'diagram'];
    const report = {
      ...gallery,
      findings: [],
      next: [],
      blocks: gallery.blocks.filter((block) => !verbatim.includes(block.kind)),
    };
    const lines = renderTerminal(report, { width, color: false, unicode: true }).split('\n');
    expect(lines.filter((line) => columnsOf(line) > width)).toEqual([]);
  });

  it('breaks neither a line of a draft nor an address, for both are copied', () => {
    const draft = `  Q1: { says: ${'long '.repeat(30)}}`;
    const url = `postgres://dbd_owner@localhost/app?host=${'x'.repeat(120)}`;
    const report = {
      ...gallery,
      blocks: [
        { id: 'a', title: 'Draft', kind: 'code' as const, language: 'yaml', text: `access:\n${draft}` },
        {
          id: 'b',
          title: 'Sandbox',
          kind: 'facts' as const,
          facts: [{ label: 'url', value: url, basis: 'measured' as const }],
        },
      ],
    };
    const lines = renderTerminal(report, { width: 80, color: false, unicode: true }).split('\n');
    expect(lines).toContain(`  ${draft}`);
    expect(lines).toContain(`  url  ${url} (measured)`);
  });

  it('uses ASCII alone where nothing else can be shown', () => {
    expect(renderTerminal(gallery, { width: 80, color: false, unicode: false })).toMatch(
      /^[\n\u0020-\u007E]*$/,
    );
  });

  it('says what is not proven before what is proven', () => {
    const text = renderTerminal(gallery, plain);
    expect(text.indexOf('Not proven (2)')).toBeGreaterThan(0);
    expect(text.indexOf('Not proven (2)')).toBeLessThan(text.indexOf('Proven (5)'));
  });
});

describe('Markdown', () => {
  it('fits the limit and names what it left out', () => {
    const long = {
      ...gallery,
      blocks: [
        ...gallery.blocks,
        { id: 'long', title: 'A long one', kind: 'text' as const, text: 'word '.repeat(40_000) },
      ],
    };
    const text = renderMarkdown(long);
    expect(text.length).toBeLessThan(65_000);
    expect(text).toContain('Left out to fit: A long one.');
    const short = renderMarkdown(long, 6000);
    expect(short.length).toBeLessThan(6000);
    expect(short).toContain('Not proven (2)');
  });

  it('stays below the limit with thousands of claims', () => {
    const many = Array.from({ length: 5000 }, (_, index) => ({ ...gallery.claims[0]!, id: `E${index}` }));
    expect(renderMarkdown({ ...gallery, claims: many }).length).toBeLessThan(65_000);
  });
});

describe('JSON', () => {
  it('is read back as the same report', () => {
    expect(reportSchema.parse(JSON.parse(renderJson(gallery)))).toEqual(gallery);
  });

  it('puts the command’s own output beside the envelope, which wins', () => {
    const value = envelope({ ...gallery, output: { folder: 'x', verdict: 'forged' } });
    expect(value).toMatchObject({ schema: 'dbd.result/1', command: 'task', verdict: 'failed', folder: 'x' });
    expect(value).not.toHaveProperty('blocks');
  });

  it('has no hint where there is none', () => {
    expect(errorEnvelope('task', { code: 'a.b', message: 'm', hint: undefined })).toEqual({
      schema: 'dbd.error/1',
      command: 'task',
      error: { code: 'a.b', message: 'm' },
    });
  });
});

describe('a long list of files', () => {
  const listed = (paths: readonly string[]): string =>
    renderTerminal(
      {
        ...proven,
        blocks: [
          {
            id: 'files',
            title: 'In the folder',
            kind: 'files',
            files: paths.map((path) => ({ path, what: `Models: ${path}` })),
          },
        ],
      },
      plain,
    );
  const inside = (count: number): readonly string[] =>
    Array.from({ length: count }, (_, at) => `models/m${at}.ts`);

  it('shows a sub-folder with many files as one line, and files of the folder itself one by one', () => {
    const text = listed(['a.sql', 'b.sql', 'c.sql', 'd.sql', 'e.sql', ...inside(300)]);
    expect(text).toContain('300 files: Models');
    expect(text).toContain('e.sql');
    expect(text).not.toContain('m299.ts');
  });

  it('names the files where they are few', () => {
    expect(listed(inside(4))).toContain('models/m3.ts');
  });
});
