import fc from 'fast-check';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { expect, test } from 'vitest';
import { fences, split } from './markdown.ts';
import { readTask } from './task.ts';

test.each([
  ['tildes', '# A\n\n~~~\ndbd: 1\nextensions: [citext]\n~~~\n'],
  ['any info string', '# A\n\n```{.hcl title="x"}\ndbd: 1\nextensions: [citext]\n```\n'],
  ['a list', '# A\n\n- text\n\n  ```yaml\n  dbd: 1\n  extensions: [citext]\n  ```\n'],
  ['a list marker', '# A\n\n1. ```yaml\n   dbd: 1\n   extensions: [citext]\n   ```\n'],
  ['a quote', '# A\n\n> ```yaml\n> dbd: 1\n> extensions: [citext]\n> ```\n'],
  ['Windows line ends', '# A\r\n\r\n```yaml\r\ndbd: 1\r\nextensions: [citext]\r\n```\r\n'],
  ['a byte order mark', '\uFEFF# A\n\n```yaml\ndbd: 1\nextensions: [citext]\n```\n'],
  [
    'comments before the key',
    '# A\n\n```yaml\n# requirements\n\n---\n"dbd" : 1\nextensions: [citext]\n```\n',
  ],
  ['no closing fence', '# A\n\n```yaml\ndbd: 1\nextensions: [citext]\n'],
  ['a longer fence', '# A\n\n`````\ndbd: 1\nextensions: [citext]\nschema: |\n  ```\n`````\n'],
])('the block is found in %s', (_, text) => {
  const task = readTask({ text });
  expect(task.requirements.extensions).toEqual(['citext']);
  expect(task.title).toBe('A');
  expect(task.prose).not.toMatch(/dbd|citext|```/);
});

test.each([
  ['in an outer fence', '# A\n\n````md\n```yaml\ndbd: 1\n```\n````\n'],
  ['in a sentence', '# A\n\nWrite dbd: 1 first.\n'],
  ['behind another key', '# A\n\n```yaml\na: 1\ndbd: 1\n```\n'],
])('there is no block %s', (_, text) => {
  expect(split(text).blocks).toEqual([]);
});

test('places in a quote and in a list are those of the file', () => {
  const place = (text: string): unknown => {
    try {
      readTask({ text });
    } catch (error) {
      return (error as { details: { line: number; column: number } }).details;
    }
    return undefined;
  };
  expect(place('> > ```\n> > dbd: 1\n> > odd: 1\n> > ```\n')).toMatchObject({ line: 3, column: 5 });
  expect(place('a\n\n  - x\n\n    ```\n    dbd: 1\n    odd: 1\n    ```\n')).toMatchObject({
    line: 7,
    column: 5,
  });
  expect(place('dbd: 1\n\nodd: 1\n')).toMatchObject({ line: 3, column: 1 });
});

test('ids come from the front matter, the title, the file, or the words', () => {
  const id = (text: string, name?: string): string => split(text, name).id;
  expect(id('---\nid: ABC-1\ntitle: Orders\n---\nText', 'x.md')).toBe('ABC-1');
  expect(split('---\nid: ABC-1\ntitle: "Orders: all"\n---\nText').title).toBe('Orders: all');
  expect(id('# KAN-29 User dashboard', 'x.md')).toBe('KAN-29');
  expect(id('# [OPS_2-7] Purge', 'x.md')).toBe('OPS_2-7');
  expect(id('# Orders', 'some/where/add-orders.md')).toBe('add-orders');
  expect(id('# Añadir los pedidos')).toBe('añadir-los-pedidos');
  expect(id('!!!')).toMatch(/^task-[0-9a-f]{8}$/);
  expect(id('---\nid: ../../etc/passwd\n---\nText')).toBe('etc-passwd');
});

test('the same fences are found as by a full Markdown parser', () => {
  const line = fc.constantFrom(
    '```',
    '````',
    '~~~',
    '```yaml',
    '~~~ x',
    '',
    'text',
    '# head',
    'dbd: 1',
    '    code',
    '``` a`b',
    '`````',
    ' ```',
    '  ~~~~',
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 14 }), (lines) => {
      const text = lines.join('\n');
      const mine = fences(text.split('\n')).map((fence) => [fence.line, fence.text.replace(/\n+$/, '')]);
      const theirs = fromMarkdown(text)
        .children.filter((node) => node.type === 'code')
        .filter((node) => /^\s{0,3}(?:```|~~~)/.test(lines[node.position!.start.line - 1]!))
        .map((node) => [node.position!.start.line, node.value.replace(/\n+$/, '')]);
      expect(mine).toEqual(theirs);
    }),
    { numRuns: 500 },
  );
});

test('hostile Markdown costs time in proportion to its length only', () => {
  const unit = 65_536;
  for (const part of ['>', '> ', '- ', '[', '`', '```\n', '* a\n', '<', '|', '```\ndbd\n', '\n', '# ']) {
    expect(split(part.repeat(unit)).blocks.length).toBe(0);
  }
});
