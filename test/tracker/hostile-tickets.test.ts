import { describe, expect, test } from 'vitest';
import { split } from '../../src/task/markdown.ts';
import { adfToMarkdown } from '../../src/tracker/jira/adf/adf.ts';
import { wikiToMarkdown } from '../../src/tracker/jira/wiki/read.ts';
import { code, doc, h, node, ol, p, table, td, text, th, ul } from './adf-words.ts';

/** Most characters that Jira stores in a text. */
const longest = 32_767;
const block =
  'dbd: 1\nentities:\n  E1 Note:   # {code} [~x] *b* | \\ `t` ```\n    fields:\n\n      body: { type: text, says: "חייב \u202Ex" }';

/** How often a word stands in a text. */
const count = (where: string, word: string): number => where.split(word).length - 1;

describe('a ticket as long as Jira takes it', () => {
  const one = (at: number): readonly object[] => [
    h(2, `word${at} `, text('snake_case', 'code')),
    p(
      node('mention', { id: '712020:x', text: '@Anna' }),
      ` word${at} `,
      node('emoji', { shortName: ':tada:', text: '🎉' }),
      text(' word חייב ', 'strong'),
    ),
    table([th(p('word')), th(p('b'))], [td({ colspan: 2 }, p('word'), ul([p('word')]))]),
    node('expand', { title: 'word' }, p('word'), node('nestedExpand', { title: 'word' }, p('word'))),
    ol(1, [p('word'), code('word', 'sql')]),
    node('mediaSingle', {}, node('media', { type: 'file', id: 'f', alt: 'erd.png' })),
    node('extension', { extensionType: 'com.x', extensionKey: 'toc' }),
  ];
  const content: object[] = [node('panel', { panelType: 'info' }, ul([p('as asked'), code(block)]))];
  for (let at = 0; JSON.stringify(doc(...content, ...one(at))).length <= longest; at++)
    content.push(...one(at));
  const given = doc(...content);

  test('as a document', () => {
    const { markdown, warnings } = adfToMarkdown(given);
    expect(JSON.stringify(given).length).toBeGreaterThan(longest - 1500);
    expect(split(markdown).blocks.map((each) => each.text)).toEqual([block]);
    expect(count(markdown, 'word')).toBe(count(JSON.stringify(given), 'word'));
    expect(count(markdown, '@Anna')).toBe(count(JSON.stringify(given), '@Anna'));
    const times = count(JSON.stringify(given), 'erd.png');
    expect(warnings).toEqual([
      `${times} images or files were not read: erd.png (${times}).`,
      `Macros are shown as placeholders: toc (${times}).`,
    ]);
  });

  test('as wiki markup', () => {
    const part =
      'h2. word {{snake_case}}\n[~anna] word (/) *word חייב*\n||word||b||\n|word|* word|\n{quote}word{quote}\n# word\n{code:sql}\nword\n{code}\n!erd.png!\n{toc}\n\n';
    let source = `{panel}\n{code:yaml}\n${block.replace('{code} ', '')}\n{code}\n{panel}\n`;
    while (source.length + part.length <= longest) source += part;
    const { markdown, warnings } = wikiToMarkdown(source);
    expect(split(markdown).blocks.map((each) => each.text)).toEqual([block.replace('{code} ', '')]);
    expect(count(markdown, 'word')).toBe(count(source, 'word'));
    expect(count(markdown, '@anna')).toBe(count(source, '[~anna]'));
    const times = count(source, 'erd.png');
    expect(new Set(warnings)).toEqual(
      new Set([
        `${times} images or files were not read: erd.png (${times}).`,
        `Macros are shown as placeholders: toc (${times}).`,
      ]),
    );
  });
});

test.each([
  '{code}',
  '{code:',
  '{quote}',
  '{quote}{panel}',
  '\\{quote}{quote:x}',
  '{{',
  '{{a}',
  '[',
  '[a|',
  '*a ',
  ' *a',
  '_*-+^~',
  '??',
  '!a.b',
  '!a|',
  '|a',
  '||',
  '| {{',
  '* ',
  '\n* ',
  '\n*#*# a',
  '\n|',
  '\n||a|\\|',
  '\\',
  '&#',
  '&amp;',
  '{color:red}',
  '\n```',
  '\n~~~~ x',
  '\n{noformat}x',
  'h1. ',
  '\n----',
  '(((',
  '\u202E',
])('fifty thousand signs of %j are read in one go, and what stands behind them is there', (sign) => {
  const { markdown } = wikiToMarkdown(`${sign.repeat(Math.ceil(50_000 / sign.length))}\n\nbehind the signs`);
  expect(markdown).toContain('behind the signs');
});

test('a few cells do not become millions', () => {
  const huge = td({ colspan: 100, rowspan: 100 }, p('word'));
  const rows = Array.from({ length: 100 }, (_, at) =>
    at === 0 ? Array.from({ length: 300 }, () => huge) : [],
  );
  const { markdown } = adfToMarkdown(doc(table(...rows)));
  expect(count(markdown, 'word')).toBe(300);
  expect(markdown.length).toBeLessThan(300_000);
});

test('marks and nesting of any number are read in one go', () => {
  const marks = Array.from({ length: 4000 }, (_, at) =>
    text(`w${at % 3}`, ...['strong', 'em', 'strike', 'underline'].slice(0, (at % 4) + 1)),
  );
  expect(adfToMarkdown(doc(p(...marks))).markdown).toContain('w2');
  const items = Array.from({ length: 3000 }, (_, at) => [p(`word${at}`), ul([p('in')])]);
  expect(count(adfToMarkdown(doc(ul(...items))).markdown, 'word')).toBe(3000);
});
