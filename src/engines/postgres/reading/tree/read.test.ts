import { describe, expect, test } from 'vitest';
import { everyNode, name } from './fields.ts';
import { UnreadTree, type TreeNode } from './model.ts';
import { readTree } from './read.ts';
import { unwrap } from './unwrap.ts';

const node = (text: string): TreeNode => readTree(text) as TreeNode;

describe('the server’s text of a tree', () => {
  test('nodes, lists, numbers, strings, bytes and nothing', () => {
    const read = node(
      '{QUERY :a <> :b 5 :c ({VAR :varno 1} "x\\ y" <>) :d (o 1 2) :e (b) :constvalue 4 [ 1 0 -1 0 ] :f true}',
    );
    expect(read.kind).toBe('QUERY');
    expect(Object.fromEntries(read.fields)).toMatchObject({
      b: '5',
      c: [{ kind: 'VAR' }, { text: 'x y' }, undefined],
      d: { of: 'o', numbers: [1, 2] },
      e: { of: 'b', numbers: [] },
      constvalue: { bytes: [1, 0, 255, 0] },
      f: 'true',
    });
  });

  test('a name that looks like a field, a bracket or a node stays a name', () => {
    const read = node('{TARGETENTRY :resname :funcid :resno [ :x \\{FUNCEXPR\\ :funcid\\ 1\\} :y \\<>}');
    expect(Object.fromEntries(read.fields)).toEqual({
      resname: ':funcid',
      resno: '[',
      x: '{FUNCEXPR :funcid 1}',
      y: '<>',
    });
    expect([...everyNode(read)]).toHaveLength(1);
  });

  test('names of PostgreSQL 14 are those of later versions', () => {
    expect(node('{RTE :relid 1}').kind).toBe('RANGETBLENTRY');
    expect(node('{WHEN :expr <>}').kind).toBe('CASEWHEN');
  });

  test.each([
    '{QUERY :a 1',
    '{QUERY :a 1 :a 2}',
    '{QUERY a 1}',
    '{QUERY :a 1 2}',
    '({QUERY}) {QUERY}',
    '{query}',
    '{CONST :constvalue 4}',
    '(o 1 x)',
    '}',
    '',
    '('.repeat(5000),
  ])('anything else is not read: %s', (text) => {
    expect(() => readTree(text)).toThrow(UnreadTree);
  });
});

describe('wrapped lines', () => {
  /** As `format_node_dump` of the server breaks lines. */
  const wrap = (dump: string): string => {
    const lines: string[] = [];
    let rest = dump;
    while (rest.length > 78) {
      const line = rest.slice(0, 78);
      if (rest[78] === ' ') {
        lines.push(line);
        rest = rest.slice(79);
        continue;
      }
      const at = line.lastIndexOf(' ');
      lines.push(at > 0 ? line.slice(0, at) : line);
      rest = rest.slice(at > 0 ? at + 1 : 78);
    }
    return [...lines, rest].join('\n');
  };
  const alias = (text: string): string =>
    `({ALIAS :aliasname ${text} :colnames ("a" "b" "c" "d" "e" "f" "g" "h" "i" "j" "k" "l" "m" "n" "o" "p")})`;

  test('every place where a line can break gives the same tree', () => {
    for (let length = 1; length < 70; length += 1) {
      const dump = alias(`${'x'.repeat(length)}\\ y\\(`);
      expect(readTree(unwrap(wrap(dump), true))).toEqual(readTree(dump));
    }
  });

  test('a name that fills a whole line is refused: its break could hide an escape', () => {
    // The 78th byte is a backslash, so the bracket after the break would count as structure.
    const dump = alias('\\('.repeat(63));
    expect(() => unwrap(wrap(dump), true)).toThrow(UnreadTree);
    expect(() => unwrap(alias('字'.repeat(21)), true)).not.toThrow();
    expect(() => unwrap(alias('字'.repeat(21)), false)).toThrow(UnreadTree);
  });

  test('a line break in a name cannot be told from a space where the line was broken', () => {
    const [entry] = readTree(unwrap(alias('x\\\ny'), true)) as readonly TreeNode[];
    expect(name(entry, 'aliasname')).toBe('x y');
  });
});
