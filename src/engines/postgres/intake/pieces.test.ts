import { describe, expect, test } from 'vitest';
import { firstWord, lineAt, pieces } from './pieces.ts';

const kinds = (script: string): readonly string[] =>
  pieces(script).map((piece) => `${piece.kind} ${piece.text.trim()}`);

describe('pieces of a script', () => {
  test('are SQL, data of COPY and commands of psql', () => {
    const script =
      'CREATE TABLE t (a int);\n-- data\nCOPY public.t (a) FROM stdin;\n1\n\\N\n\\.\n\\connect other\nSELECT 1;\n';
    expect(pieces(script)).toEqual([
      { kind: 'sql', text: 'CREATE TABLE t (a int);', offset: 0 },
      { kind: 'copy', text: '\n-- data\nCOPY public.t (a) FROM stdin', offset: 23, data: '1\n\\N\n' },
      { kind: 'psql', text: '\\connect other', offset: script.indexOf('\\connect') },
      { kind: 'sql', text: 'SELECT 1;\n', offset: script.indexOf('SELECT 1') },
    ]);
  });

  test.each([
    ["SELECT ';\\c', E'\\'\\\\c;', 'it''s \\d'; SELECT 2"],
    ['SELECT "a\\b;""c" FROM t'],
    ['DO $x$ BEGIN PERFORM $$\\c$$; END $x$; SELECT 1'],
    ['/* \\c /* nested \\d */ ; */ SELECT 1 -- \\e ;\n'],
    ["SELECT type'a\\'; SELECT '\\x'"],
    ["SELECT $1, a$b$c FROM t WHERE x = 'COPY t FROM stdin;'"],
  ])('leave what stands in quotes and comments: %s', (script) => {
    expect(kinds(script)).toEqual([`sql ${script.trim()}`]);
  });

  test('end quietly where something is never closed', () => {
    expect(kinds("SELECT 'a \\c")).toEqual(["sql SELECT 'a \\c"]);
    expect(kinds('/* \\c')).toEqual(['sql /* \\c']);
    expect(pieces('COPY t FROM stdin;\n1\n2')).toEqual([
      { kind: 'copy', text: 'COPY t FROM stdin', offset: 0, data: '1\n2' },
    ]);
    expect(pieces('')).toEqual([]);
  });

  test('take empty data and carriage returns', () => {
    expect(pieces('COPY t FROM stdin;\r\n\\.\r\nSELECT 1;')).toEqual([
      { kind: 'copy', text: 'COPY t FROM stdin', offset: 0, data: '' },
      { kind: 'sql', text: 'SELECT 1;', offset: 24 },
    ]);
  });

  test('are found by line, past comments', () => {
    expect(lineAt('a\nb\nc', 4)).toBe(3);
    expect(lineAt('a', 0)).toBe(1);
    expect(firstWord('-- x\n /* y */ SELECT')).toBe(14);
  });
});
