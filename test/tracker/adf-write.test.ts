import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { commentOf, longestComment, stored } from '../../src/tracker/comment.ts';
import { code, heading, paragraph, strong, type DocumentBlock } from '../../src/tracker/document.ts';
import { adfToMarkdown } from '../../src/tracker/jira/adf/adf.ts';
import { adfOf } from '../../src/tracker/jira/adf/write.ts';
import { complaints } from './adf-schema.ts';
import { document } from './document-arbitrary.ts';
import { publication } from './report-arbitrary.ts';

const adf = (...blocks: readonly DocumentBlock[]) => adfOf({ blocks });
const markdown = (...blocks: readonly DocumentBlock[]): string => {
  const { markdown: text, warnings } = adfToMarkdown(adf(...blocks));
  expect(warnings).toEqual([]);
  return text;
};
const table: DocumentBlock = { kind: 'table', head: [[code('a')]], rows: [[[code('b|c')]]] };

test('the schema refuses what is wrong', () => {
  for (const wrong of [
    { type: 'doc', version: 1, content: [{ type: 'text', text: 'x' }] },
    { type: 'doc', version: 1, content: [{ type: 'paragraph', content: [{ type: 'text', text: '' }] }] },
    {
      type: 'doc',
      version: 1,
      content: [{ type: 'blockquote', content: [{ type: 'heading', attrs: { level: 1 } }] }],
    },
    {
      type: 'doc',
      version: 1,
      content: [
        {
          type: 'paragraph',
          content: [{ type: 'text', text: 'x', marks: [{ type: 'code' }, { type: 'strong' }] }],
        },
      ],
    },
  ])
    expect(complaints(wrong)).not.toEqual([]);
});

describe('what Jira does not nest', () => {
  test('a table ends the list around it, which goes on with its number', () => {
    const list: DocumentBlock = {
      kind: 'numbers',
      from: 3,
      items: [[paragraph('one')], [paragraph('two'), table, paragraph('behind')], [paragraph('three')]],
    };
    expect(complaints(adf(list))).toEqual([]);
    expect(markdown(list)).toBe('3. one\n4. two\n\n| `a` |\n| --- |\n| `b\\|c` |\n\nbehind\n\n5. three');
  });

  test('headings in quotes and items are strong, panels and quotes within are opened, rules within are left out', () => {
    const held: readonly DocumentBlock[] = [
      heading(2, 'Title ', code('x_y')),
      { kind: 'panel', panel: 'warning', blocks: [paragraph('in a panel')] },
      { kind: 'rule' },
      { kind: 'expand', title: 'More', blocks: [paragraph('in an expand')] },
    ];
    const quote: DocumentBlock = { kind: 'quote', blocks: held };
    const list: DocumentBlock = { kind: 'bullets', items: [held] };
    expect(complaints(adf(quote, list))).toEqual([]);
    expect(markdown(quote)).toBe('> **Title** `x_y`\n>\n> in a panel\n>\n> **More**\n>\n> in an expand');
    expect(markdown(list)).toBe('- **Title** `x_y`\n\n  in a panel\n\n  **More**\n\n  in an expand');
  });

  test('nothing is written of what is empty', () => {
    expect(
      adf(
        paragraph(''),
        heading(1),
        { kind: 'quote', blocks: [] },
        { kind: 'table', head: [], rows: [] },
        { kind: 'bullets', items: [] },
        { kind: 'expand', title: '', blocks: [paragraph(strong(''))] },
      ).content,
    ).toEqual([]);
  });
});

test('identifiers, tables and code are read back as they were written', () => {
  const names = ['app_user_email', 'a__b*', 'x{y}', 'C++', 'a|b', 'back`tick', '"quoted name"'];
  const source = 'dbd: 1\n  a_b: "{x}" | \\ `y`\n\n# end';
  expect(
    markdown(
      { kind: 'table', head: [[{ kind: 'text', text: 'name' }]], rows: names.map((name) => [[code(name)]]) },
      { kind: 'code', language: 'yaml', text: source },
    ),
  ).toBe(
    `| name |\n| --- |\n${names
      .map((name) => `| ${name.includes('`') ? `\`\`${name}\`\`` : `\`${name}\``} |`.replace('a|b', 'a\\|b'))
      .join('\n')}\n\n\`\`\`yaml\n${source}\n\`\`\``,
  );
});

test('a thousand reports make a thousand valid comments that Jira can store', () => {
  let made = 0;
  fc.assert(
    fc.property(publication, (told) => {
      const comment = commentOf(told, 'comments');
      expect(complaints(adfOf(comment))).toEqual([]);
      expect(stored(comment)).toBeLessThanOrEqual(longestComment);
      made += 1;
    }),
    { numRuns: 1000 },
  );
  expect(made).toBe(1000);
});

test('a document of any nesting is valid, notifies nobody, and loses no word', () => {
  /** How often a word stands in what is shown; the language of code is a name of its own. */
  const count = (value: unknown): number =>
    JSON.stringify(value, (key, item: unknown) => (key === 'language' ? '' : item)).split('snake_case')
      .length - 1;
  let found = 0;
  fc.assert(
    fc.property(document, (given) => {
      const written = adfOf(given);
      expect(complaints(written)).toEqual([]);
      expect(JSON.stringify(written)).not.toMatch(
        /"type":"(?:mention|\w+Card|media\w*|\w*[eE]xtension|date|emoji)"/,
      );
      expect(count(written)).toBe(count(given));
      found += count(given);
    }),
    { numRuns: 500 },
  );
  expect(found).toBeGreaterThan(100);
});
