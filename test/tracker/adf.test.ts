import fc from 'fast-check';
import type { Nodes } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { describe, expect, test } from 'vitest';
import { split } from '../../src/task/markdown.ts';
import { adfToMarkdown } from '../../src/tracker/jira/adf/adf.ts';
import { code, doc, h, node, ol, p, table, td, text, th, ul } from './adf-words.ts';

const markdown = (...content: readonly object[]): string => adfToMarkdown(doc(...content)).markdown;
const warnings = (...content: readonly object[]): readonly string[] =>
  adfToMarkdown(doc(...content)).warnings;

describe('nodes', () => {
  test.each<[string, readonly object[], string]>([
    ['paragraphs', [p('one'), p(), p('two')], 'one\n\ntwo'],
    ['headings', [h(2, 'A ', text('b', 'code')), h(9, 'C#')], '## A `b`\n\n###### C\\#'],
    ['bullets', [ul([p('a'), ul([p('b')], [p('c')])], [p('d')])], '- a\n  - b\n  - c\n- d'],
    ['numbers', [ol(9, [p('a')], [p('b'), ol(1, [p('c')])])], '9. a\n10. b\n    1. c'],
    ['two lists in a row', [ul([p('a')]), ul([p('b')])], '- a\n\n<!-- -->\n\n- b'],
    [
      'tasks',
      [
        node(
          'taskList',
          { localId: 'x' },
          node('taskItem', { localId: 'y', state: 'DONE' }, text('a')),
          node('taskItem', { localId: 'z', state: 'TODO' }, text('b')),
          node('taskList', { localId: 'u' }, node('taskItem', { localId: 'v', state: 'TODO' }, text('c'))),
        ),
      ],
      '- [x] a\n- [ ] b\n  - [ ] c',
    ],
    [
      'decisions',
      [node('decisionList', {}, node('decisionItem', { state: 'DECIDED' }, text('use uuid')))],
      '- Decided: use uuid',
    ],
    ['quotes', [node('blockquote', {}, p('a'), ul([p('b')]))], '> a\n>\n> - b'],
    [
      'panels',
      [node('panel', { panelType: 'warning' }, p('a'), code('x'))],
      '> **Warning**\n>\n> a\n>\n> ```yaml\n> x\n> ```',
    ],
    [
      'expands',
      [node('expand', { title: 'More*' }, p('a'), code('x', 'sql'))],
      '**More\\***\n\na\n\n```sql\nx\n```',
    ],
    ['a rule', [p('a'), node('rule', {}), p('b')], 'a\n\n---\n\nb'],
    [
      'columns',
      [
        node(
          'layoutSection',
          {},
          node('layoutColumn', { width: 50 }, p('a')),
          node('layoutColumn', {}, p('b')),
        ),
      ],
      'a\n\nb',
    ],
    [
      'cards',
      [
        p(node('inlineCard', { url: 'https://a.example/x?y=1' })),
        node('blockCard', { data: { url: 'https://b.example' } }),
      ],
      '<https://a.example/x?y=1>\n\n<https://b.example>',
    ],
    ['breaks', [p('a', node('hardBreak', {}), '# b', node('hardBreak', {}))], 'a\\\n\\# b'],
    [
      'people, days and states',
      [
        p(
          node('mention', { id: '712020:x', text: '@Anna_K' }),
          ' by ',
          node('date', { timestamp: '1795132800000' }),
          ' ',
          node('status', { text: 'IN PROGRESS', color: 'blue' }),
          ' ',
          node('emoji', { shortName: ':tada:', text: '🎉' }),
          node('emoji', { shortName: ':acme:' }),
        ),
      ],
      '@Anna_K by 2026-11-20 \\[IN PROGRESS\\] 🎉:acme:',
    ],
    [
      'writing from right to left',
      [p('הלקוח ', text('חייב', 'strong'), ' לשלם'), ul([p('مرحبا')])],
      'הלקוח **חייב** לשלם\n\n- مرحبا',
    ],
    ['families of emoji', [p('👩‍👩‍👧‍👦 🇩🇪 é')], '👩‍👩‍👧‍👦 🇩🇪 é'],
    [
      'signs that mean nothing',
      [p('1. a_b *c* <b> [d] `e` &amp; ~~f~~ 2 * 3'), p('- x'), p('> y'), p('```yaml')],
      '1\\. a_b \\*c\\* \\<b> \\[d\\] \\`e\\` \\&amp; \\~\\~f\\~\\~ 2 \\* 3\n\n\\- x\n\n\\> y\n\n\\`\\`\\`yaml',
    ],
  ])('%s', (_, content, expected) => {
    expect(markdown(...content)).toBe(expected);
  });

  test.each<[string, readonly object[], string]>([
    [
      'marks',
      [p(text('a', 'strong'), ' ', text('b', 'em'), ' ', text('c', 'strike'), ' ', text('d', 'underline'))],
      '**a** *b* ~~c~~ <u>d</u>',
    ],
    [
      'marks over several nodes',
      [p(text('a ', 'strong'), text('b', 'strong', 'em'), text(' c', 'strong'))],
      '**a *b* c**',
    ],
    ['spaces at the edge of a mark', [p('x', text(' a ', 'strong'), 'y')], 'x **a** y'],
    ['marks within a word', [p('un', text('believ', 'em'), 'able')], 'un<em>believ</em>able'],
    ['code with backquotes', [p(text('a`b', 'code'), ' ', text('`', 'code'))], '``a`b`` `` ` ``'],
    ['names in code', [p(text('app_user_email*', 'code'))], '`app_user_email*`'],
    [
      'links',
      [p(text('a [b]', { type: 'link', attrs: { href: 'https://x.example/a (b)' } }))],
      '[a \\[b\\]](<https://x.example/a%20(b)>)',
    ],
    ['sub and super', [p('H', text('2', { type: 'subsup', attrs: { type: 'sub' } }), 'O')], 'H<sub>2</sub>O'],
    ['colours', [p(text('red', { type: 'textColor', attrs: { color: '#f00' } }))], 'red'],
  ])('%s', (_, content, expected) => {
    expect(markdown(...content)).toBe(expected);
    expect(warnings(...content)).toEqual([]);
  });
});

describe('tables', () => {
  test('with a head, bold heads of rows, pipes and line ends', () => {
    expect(
      markdown(
        table(
          [th(p('Field')), th(p('Type'))],
          [th(p('a|b')), td({}, p('x'), p('y', node('hardBreak', {}), 'z'))],
        ),
      ),
    ).toBe('| Field | Type |\n| --- | --- |\n| **a\\|b** | x<br>y<br>z |');
  });

  test('without a head, with cells over several columns and rows, and rows of different width', () => {
    expect(
      markdown(
        table(
          [td({ colspan: 2 }, p('wide')), td({ rowspan: 2 }, p('high'))],
          [td({}, p('a')), td({}, p('b'))],
          [td({}, p('last'))],
        ),
      ),
    ).toBe('|  |  |  |\n| --- | --- | --- |\n| wide |  | high |\n| a | b |  |\n| last |  |  |');
  });

  test('lists stay in their cell; code and tables within cells follow below with their place', () => {
    const inner = table([th(p('x'))], [td({}, p('1'))]);
    const source = 'a | b\n\n  c';
    expect(
      markdown(
        table(
          [td({}, ul([p('a'), ul([p('b')])])), td({}, p('see'), code(source, 'sql'))],
          [td({}, inner), td({}, p('z'))],
        ),
      ),
    ).toBe(
      [
        '|  |  |\n| --- | --- |\n| - a<br>&nbsp;&nbsp;- b | see<br>(see 1\\. below) |\n| (see 2\\. below) | z |',
        '1\\. In row 1, column 2 of the table above:',
        `\`\`\`sql\n${source}\n\`\`\``,
        '2\\. In row 2, column 1 of the table above:',
        '| x |\n| --- |\n| 1 |',
      ].join('\n\n'),
    );
  });

  test('within lists, panels and expands keep their lines', () => {
    const small = table([th(p('x'))], [td({}, p('1'))]);
    expect(markdown(ul([p('a'), small]))).toBe('- a\n\n  | x |\n  | --- |\n  | 1 |');
    expect(markdown(node('expand', { title: 'T' }, small))).toBe('**T**\n\n| x |\n| --- |\n| 1 |');
  });

  test('an absurd width is not believed', () => {
    expect(markdown(table([td({ colspan: 1e9 }, p('a'))]))).toBe('|  |\n| --- |\n| a |');
  });
});

describe('what is not known', () => {
  test('leaves a mark in the text and a warning, and its words stay', () => {
    const content = [
      node('hologram', { a: 1 }, p('inside')),
      p('a ', node('sparkle', {}), ' b ', text('c', 'glow')),
      node('extension', { extensionType: 'com.x', extensionKey: 'toc' }),
      node('bodiedExtension', { extensionKey: 'excerpt' }, p('body')),
      p(node('inlineExtension', { extensionKey: 'jql', text: 'count' })),
      node('mediaSingle', {}, node('media', { id: 'f-1', type: 'file', alt: 'erd.png' })),
    ];
    expect(markdown(...content)).toBe(
      '\\[not shown: hologram\\]\n\ninside\n\na \\[not shown: sparkle\\] b c\n\n\\[macro toc\\]\n\n\\[macro excerpt\\]\n\nbody\n\n\\[macro jql: count\\]\n\n\\[file: erd.png\\]',
    );
    expect(warnings(...content)).toEqual([
      'Parts of an unknown kind are shown as placeholders: hologram, sparkle.',
      'Formatting of an unknown kind was dropped, its text was kept: glow.',
      'Macros are shown as placeholders: toc, excerpt, jql.',
      '1 image or file was not read: erd.png.',
    ]);
  });

  test('values that are no nodes, endless nesting and no document at all', () => {
    expect(adfToMarkdown(null)).toEqual({ markdown: '', warnings: [] });
    expect(adfToMarkdown('h1. wiki').warnings).toEqual(['A text of an unknown format was not read.']);
    expect(adfToMarkdown({ type: 'doc', content: [7, null, { type: 4 }] }).warnings).toEqual([
      'Parts of an unknown kind are shown as placeholders: a value that is no node (3).',
    ]);
    let deep = p('bottom');
    for (let level = 0; level < 5000; level++) deep = node('blockquote', {}, deep);
    const { markdown: shown, warnings: told } = adfToMarkdown(doc(deep));
    expect(shown).toContain('nested too deeply');
    expect(told[0]).toBe('The text is nested so deeply that its innermost parts are shown as placeholders.');
  });

  test('signs that hide or turn text are told', () => {
    expect(warnings(p('user\u202Egnp.exe'))[0]).toMatch(/direction of writing/);
    expect(warnings(p('```yaml'), p('dbd: 1'))[0]).toMatch(/only a code block made with the editor/);
  });
});

/** Text of a Markdown tree. */
function plain(tree: Nodes): string {
  if ('value' in tree) return tree.value;
  if (tree.type === 'break') return '\n';
  return 'children' in tree ? tree.children.map((child) => plain(child as Nodes)).join('') : '';
}

const letters = fc.string({
  unit: fc.constantFrom(...Array.from('aZ19 _*`~<>#|[](){}!&;\\-+=."é\u05D0🎉')),
  maxLength: 24,
});

test('any text of a paragraph is read back as that text', () => {
  fc.assert(
    fc.property(letters, (words) => {
      const wanted = words.trim();
      fc.pre(wanted !== '');
      const tree = fromMarkdown(markdown(p(words)));
      expect(tree.children.map(({ type }) => type)).toEqual(['paragraph']);
      expect(plain(tree).trim()).toBe(wanted);
    }),
    { numRuns: 600 },
  );
});

test('any marks leave every letter where it was', () => {
  const piece = fc.record({
    words: letters.filter((words) => words.trim() !== ''),
    marks: fc.subarray(['strong', 'em', 'strike']),
  });
  fc.assert(
    fc.property(fc.array(piece, { minLength: 1, maxLength: 4 }), (pieces) => {
      const words = pieces.map((each) => each.words).join('');
      const shown = markdown(p(...pieces.map((each) => text(each.words, ...each.marks))));
      const read = plain(fromMarkdown(shown)).replaceAll(/<\/?(?:strong|em|del)>|(?<!\\)~~/g, '');
      expect(read.trim().replaceAll('~~', '')).toBe(words.trim().replaceAll('~~', ''));
    }),
    { numRuns: 400, examples: [[[{ words: '~~~', marks: [] }]]] },
  );
});

test('a block survives byte for byte, however deep it stands', () => {
  const line = fc.string({ unit: fc.constantFrom(...Array.from('ab: -`~>#|\t"\\{}é🎉')), maxLength: 20 });
  const containers = fc.array(fc.constantFrom('bulletList', 'orderedList', 'blockquote', 'panel', 'expand'), {
    maxLength: 4,
  });
  fc.assert(
    fc.property(fc.array(line, { maxLength: 8 }), containers, fc.boolean(), (lines, path, first) => {
      const source = ['dbd: 1', ...lines, 'end: 1'].join('\n');
      const inner = path.reduce<object>((content, type) => {
        const held = first ? [content] : [p('before'), content];
        return type.endsWith('List')
          ? node(type, {}, node('listItem', {}, ...held))
          : node(type, {}, ...held);
      }, code(source));
      expect(split(markdown(inner, p('after'))).blocks.map((block) => block.text)).toEqual([source]);
    }),
    { numRuns: 600 },
  );
});
