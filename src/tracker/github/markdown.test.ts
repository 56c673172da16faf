import { fromMarkdown } from 'mdast-util-from-markdown';
import { describe, expect, test } from 'vitest';
import { code, heading, paragraph, status, strong, type Document, type DocumentBlock } from '../document.ts';
import { markdownOf } from './markdown.ts';

const write = (...blocks: readonly DocumentBlock[]): string => markdownOf({ blocks });
interface Node {
  readonly type: string;
  readonly value?: string;
  readonly children?: readonly Node[];
}
/** Kinds of nodes, and the text that a reader sees. */
function parse(markdown: string): { readonly kinds: ReadonlySet<string>; readonly text: string } {
  const kinds = new Set<string>();
  const texts: string[] = [];
  const walk = (node: Node): void => {
    kinds.add(node.type);
    if (node.value !== undefined) texts.push(node.value);
    node.children?.forEach(walk);
  };
  walk(fromMarkdown(markdown) as Node);
  return { kinds, text: texts.join('').replaceAll('\u200B', '') };
}

describe('text of others stays text', () => {
  test.each([
    '# not a heading',
    '- not a list',
    '1. not a list',
    '1) not a list',
    '> not a quote',
    '=== ---',
    '***bold*** _em_ ~~x~~ `code`',
    '[link](https://evil.example) ![image](x) [a]: b',
    '<b>html</b> <!-- gone --> &lt; &amp; &#64;',
    '@anna @acme/team fixes #12, GH-12, acme/shop#3',
    'https://evil.example www.evil.example',
    'a | b \\| c \\',
    '    four blanks',
    '$x$ :smile:',
    '\\\\`x\\`',
  ])('%s', (text) => {
    const markdown = write(paragraph(text));
    const { kinds, text: seen } = parse(markdown);
    expect([...kinds].toSorted()).toEqual(['paragraph', 'root', 'text']);
    expect(seen).toBe(text.replaceAll(/\s+/g, ' ').trim());
    expect(markdown.replaceAll('&#8203;', '\u200B')).not.toMatch(/@[a-z]|#\d|GH-\d|:\/\/|www\.\w/i);
  });

  test('what is hidden or turns the line is shown', () => {
    expect(write(paragraph('a\u202Eb\u0007'))).toBe('a⟨U+202E⟩b');
  });

  test('code is code, whatever backquotes and bars it holds', () => {
    for (const text of ['a`b', '``', '`x`', '@anna #1 <b>', 'a|b'])
      expect(parse(write(paragraph(code(text))))).toMatchObject({
        kinds: new Set(['root', 'paragraph', 'inlineCode']),
        text,
      });
    const fenced = write({ kind: 'code', language: 'sql evil', text: 'SELECT 1;\n```\n@anna\n````' });
    expect(parse(fenced)).toMatchObject({
      kinds: new Set(['root', 'code']),
      text: 'SELECT 1;\n```\n@anna\n````',
    });
  });

  test('a link leads to what may be followed only', () => {
    expect(write(paragraph({ kind: 'link', text: 'a](b) @c', url: 'https://x.example/(a)?<b>' }))).toBe(
      '[a\\](b) @&#8203;c](<https://x.example/(a)?%3Cb%3E>)',
    );
    expect(
      parse(write(paragraph({ kind: 'link', text: 'a', url: 'javascript:alert(1)' }))).kinds.has('link'),
    ).toBe(false);
  });
});

describe('blocks', () => {
  test('each in the form of GitHub', () => {
    expect(
      write(
        heading(3, 'Title'),
        paragraph(strong('bold'), ' ', status('proven', 'good'), { kind: 'break' }, 'next'),
        {
          kind: 'bullets',
          items: [[paragraph('a'), { kind: 'bullets', items: [[paragraph('b')]] }], [paragraph('c')]],
        },
        { kind: 'numbers', from: 3, items: [[paragraph('x')]] },
        { kind: 'table', head: [[code('a|b')], []], rows: [[[{ kind: 'text', text: 'x|y\nz' }]]] },
        { kind: 'panel', panel: 'warning', blocks: [paragraph('careful')] },
        {
          kind: 'quote',
          blocks: [paragraph('q'), { kind: 'panel', panel: 'info', blocks: [paragraph('p')] }],
        },
        { kind: 'expand', title: '</summary> @x', blocks: [paragraph('inside')] },
        { kind: 'rule' },
      ),
    ).toBe(
      [
        '### Title',
        '**bold** **proven**\\\nnext',
        '- a\n\n  - b\n- c',
        '3. x',
        '| `a\\|b` |  |\n|---|---|\n| x\\|y z |  |',
        '> [!WARNING]\n> careful',
        '> q\n>\n> > p',
        '<details><summary>&lt;/summary&gt; @&#8203;x</summary>\n\ninside\n\n</details>',
        '---',
      ].join('\n\n'),
    );
  });

  test('what is too long is left out and said', () => {
    const long: Document = {
      blocks: Array.from({ length: 100 }, (_, i) => paragraph(`${i} ${'@'.repeat(900)}`)),
    };
    const markdown = markdownOf(long);
    expect(markdown.length).toBeLessThanOrEqual(60_200);
    expect(markdown).toContain('\n\n*The rest is too long for GitHub');
    expect(markdownOf({ blocks: [{ kind: 'code', language: 'sql', text: 'x'.repeat(100_000) }] })).toBe(
      '*The rest is too long for GitHub; it stands in the report.*',
    );
  });
});
