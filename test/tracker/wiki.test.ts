import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { split } from '../../src/task/markdown.ts';
import { code, heading, paragraph, status, strong, type DocumentBlock } from '../../src/tracker/document.ts';
import { adfToMarkdown } from '../../src/tracker/jira/adf/adf.ts';
import { adfOf } from '../../src/tracker/jira/adf/write.ts';
import { wikiToMarkdown } from '../../src/tracker/jira/wiki/read.ts';
import { wikiOf } from '../../src/tracker/jira/wiki/write.ts';
import { document } from './document-arbitrary.ts';
import { hostileTexts } from './report-arbitrary.ts';

const read = (...lines: readonly string[]): string => wikiToMarkdown(lines.join('\n')).markdown;
const warnings = (...lines: readonly string[]): readonly string[] =>
  wikiToMarkdown(lines.join('\n')).warnings;
const wiki = (...blocks: readonly DocumentBlock[]): string => wikiOf({ blocks });

describe('reading', () => {
  test.each<[string, readonly string[], string]>([
    [
      'headings and paragraphs',
      ['h2. A {{b_c}}', 'one', 'two', '', 'three'],
      '## A `b_c`\n\none\\\ntwo\n\nthree',
    ],
    [
      'lists',
      ['* a', '** b', '*# c', '- d', '# e', '## f'],
      '- a\n  - b\n\n  <!-- -->\n\n  1. c\n\n<!-- -->\n\n- d\n\n<!-- -->\n\n1. e\n   1. f',
    ],
    ['items of several lines', ['* a', 'more', '* b\\\\ again'], '- a\\\n  more\n- b\\\n  again'],
    [
      'tables',
      ['||Name||Type||', '|{{a|b}}|[x|https://x.example]|', '|one', 'two|three|'],
      '| Name | Type |\n| --- | --- |\n| `a\\|b` | [x](https://x.example) |\n| one<br>two | three |',
    ],
    ['heads of rows', ['||a|b|', '||c|d|'], '|  |  |\n| --- | --- |\n| **a** | b |\n| **c** | d |'],
    [
      'marks',
      ['*a* _b_ -c- +d+ ??e?? H~2~O x^2^ un*believ*able'],
      '**a** *b* ~~c~~ <u>d</u> *e* H~2~O x^2^ un\\*believ\\*able',
    ],
    [
      'marks that are none',
      ['2 * 3 * 4, a_b_c, 2020-01-01 - 2020-02-02, -v -x, C++ and D++'],
      '2 \\* 3 \\* 4, a_b_c, 2020-01-01 - 2020-02-02, -v -x, C++ and D++',
    ],
    [
      'escapes',
      ['\\*a\\* \\{code\\} \\[~x\\] &#92;n &amp;lt; 5 < 6'],
      '\\*a\\* {code} \\[~x\\] \\\\n \\&lt; 5 < 6',
    ],
    ['quotes', ['bq. said', '{quote}', 'a', '* b', '{quote}'], '> said\n\n> a\n>\n> - b'],
    [
      'panels',
      ['{panel:title=Note|bgColor=#fff}', 'a', '{panel}', '{warning}b{warning}'],
      '> **Note**\n>\n> a\n\n> **Warning**\n>\n> b',
    ],
    [
      'links, people and colours',
      ['[~anna] [a b|https://x.example/y_z] [https://z.example] {color:red}red{color} [#x] [ ] [x]'],
      '@anna [a b](https://x.example/y_z) [https://z.example](https://z.example) red #x \\[ \\] \\[x\\]',
    ],
    ['rules', ['a', '----', 'b'], 'a\n\n---\n\nb'],
    ['words in braces that are no macros', ['GET /users/{id}/{name}'], 'GET /users/{id}/{name}'],
    ['right to left', ['*חייב* לשלם'], '**חייב** לשלם'],
  ])('%s', (_, lines, expected) => {
    expect(read(...lines)).toBe(expected);
    expect(warnings(...lines)).toEqual([]);
  });

  test('what is not read leaves a mark and a warning', () => {
    const lines = [
      '{toc:maxLevel=2}',
      '{jql:project = KAN}',
      '!erd.png|thumbnail! [^data.csv]',
      '{html}<b>x</b>{html}',
    ];
    expect(read(...lines)).toBe(
      '\\[macro toc: maxLevel=2\\]\\\n\\[macro jql: project = KAN\\]\\\n\\[file: erd.png\\] \\[file: data.csv\\]\\\n\\[macro html\\]\\<b>x\\</b>\\[macro html\\]',
    );
    expect(warnings(...lines)).toEqual([
      'Macros are shown as placeholders: toc, jql, html (2).',
      '2 images or files were not read: erd.png, data.csv.',
    ]);
  });

  test.each([
    ['{code:yaml}', '{code}'],
    ['{code:title=task.yaml|borderStyle=solid}', '{code}'],
    ['{code}', '{code}'],
    ['{noformat}', '{noformat}'],
    ['```yaml', '```'],
  ])('the block within %s comes out byte for byte', (open, close) => {
    const block =
      'dbd: 1\nentities:\n  E1 Note:\n    fields:\n      body: { type: text }   \n# *x* [~y] \\{z} |a|\n\n\tend: 1';
    for (const around of [
      `Prose.\n\n${open}\n${block}\n${close}\nBehind.`,
      `* item\n${open}\n${block}\n${close}\n* item`,
      `{quote}\n${open}\n${block}\n${close}\n{quote}`,
      `|a|\n${open}\n${block}\n${close}`,
      `${open}\r\n${block.replaceAll('\n', '\r\n')}\r\n${close}`,
    ])
      expect(split(wikiToMarkdown(around).markdown).blocks.map(({ text }) => text)).toEqual([block]);
  });

  test('a macro that is never closed is text, and hides nothing behind it', () => {
    expect(read('{code} a', '{quote} *b*', '{panel:x} c')).toBe(
      '\\[macro code\\] a\\\n\\[macro quote\\] **b**\\\n\\[macro panel: x\\] c',
    );
    expect(warnings('{code} a')).toEqual(['Macros are shown as placeholders: code.']);
  });
});

describe('writing', () => {
  test('a document', () => {
    expect(
      wiki(
        heading(2, 'Claims of ', code('app_user')),
        paragraph(strong('bold'), ' and plain_text, {braces} [~admin] @anna'),
        {
          kind: 'table',
          head: [[{ kind: 'text', text: 'a|b' }]],
          rows: [[[code('x|y'), status('not proven', 'warning')]], [[]]],
        },
        {
          kind: 'numbers',
          from: 1,
          items: [[paragraph('one')], [paragraph('two'), { kind: 'bullets', items: [[paragraph('in')]] }]],
        },
        { kind: 'numbers', from: 4, items: [[paragraph('four')]] },
        { kind: 'panel', panel: 'info', blocks: [{ kind: 'code', language: 'sql', text: 'SELECT 1;\n' }] },
        { kind: 'rule' },
      ),
    ).toBe(
      [
        'h2. Claims of {{app\\_user}}',
        '*bold* and plain\\_text, \\{braces\\} \\[\\~admin\\] \\@anna',
        '|| a\\|b ||\n| {{x\\|y}}{color:#974F0C}*not proven*{color} |\n| |',
        '# one\n# two\n#* in',
        '4. four',
        '{panel:title=Info}\n{code:sql}\nSELECT 1;\n\n{code}\n{panel}',
        '----',
      ].join('\n\n'),
    );
  });

  test('code cannot end its frame, and names nobody', () => {
    const of = (text: string, language = 'sql'): string => wiki({ kind: 'code', language, text });
    expect(of('a {code} b')).toBe('{noformat}\na {code} b\n{noformat}');
    expect(of('a {noformat} b', '')).toBe('{code}\na {noformat} b\n{code}');
    expect(of('{CODE} {noformat}\n  [~x]')).toBe(
      '{{&#123;CODE&#125; &#123;noformat&#125;}}\n{{&nbsp;&nbsp;\\[\\~x\\]}}',
    );
    expect(of('[~admin]')).toBe('{{\\[\\~admin\\]}}');
    expect(
      wiki({ kind: 'quote', blocks: [{ kind: 'code', language: 'sql', text: '{quote}' }] }),
    ).not.toContain('{code');
  });
});

/** Signs that would act where they stand in wiki markup without a backslash. */
const acting = /(?<!\\)(?:\[~|\{(?:html|include|jql|noformat)\b)|^(?:h1|bq)\.|(?<!\[|\|)\bhttps?:\/\/evil/m;

test('hostile text is text, in every place', () => {
  for (const text of hostileTexts) {
    const places: readonly DocumentBlock[] = [
      paragraph(text),
      paragraph(strong(text), code(text)),
      heading(3, text),
      { kind: 'bullets', items: [[paragraph(text)]] },
      { kind: 'quote', blocks: [paragraph(text)] },
      { kind: 'table', head: [[{ kind: 'text', text }]], rows: [[[code(text)]]] },
      { kind: 'expand', title: text, blocks: [paragraph(text)] },
    ];
    for (const block of places) expect(wiki(block)).not.toMatch(acting);
  }
});

test('what is written for a Data Center reads as what is written for the Cloud', () => {
  const words = fc.oneof(
    fc.constantFrom(...hostileTexts.filter((text) => text.trim() !== '' && !text.includes('\n'))),
    fc.string({
      unit: fc.constantFrom(...Array.from('aZ19 _*`~<>#|[](){}!&;\\-+=.:?^%@é\u05D0🎉')),
      maxLength: 24,
    }),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(words, words), { minLength: 1, maxLength: 3 }), (pairs) => {
      const blocks: readonly DocumentBlock[] = [
        ...pairs.map(([text, name]) => paragraph('x ', text.trim(), ' y ', code(name.trim()), ' z')),
        {
          kind: 'table',
          head: [[{ kind: 'text', text: 'h' }]],
          rows: pairs.map(([text, name]) => [
            [{ kind: 'text', text: `x ${text.trim()} y ` }, code(name.trim())],
          ]),
        },
        {
          kind: 'code',
          language: 'yaml',
          text: pairs.map(([text]) => text.replaceAll(/\[~|\{(?:code|noformat)/g, '-')).join('\n'),
        },
      ];
      const fold = (text: string): string => text.replaceAll(/\s+/g, ' ');
      const told = wikiToMarkdown(wikiOf({ blocks }));
      expect(fold(told.markdown)).toBe(fold(adfToMarkdown(adfOf({ blocks })).markdown));
      expect(told.warnings).toEqual([]);
    }),
    { numRuns: 400 },
  );
});

test('a document of any nesting is written with every frame closed', () => {
  fc.assert(
    fc.property(document, (given) => {
      const text = wikiOf(given);
      expect(text).not.toMatch(/(?<!\\)\[~/);
      const bare = text.replaceAll(/\{(code|noformat)(?::\w+)?\}\n.*?\n\{\1\}/gs, '');
      for (const name of ['quote', 'panel', 'code', 'noformat', 'color'])
        expect((bare.match(new RegExp(`(?<!\\\\)\\{${name}[:}]`, 'g')) ?? []).length % 2).toBe(0);
    }),
    { numRuns: 300 },
  );
});
