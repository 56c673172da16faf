import { describe, expect, it } from 'vitest';
import { columnsIn, conjunctsOf, readExpression, within } from './expression.ts';

const column = (name: string, alias = ''): object => ({ kind: 'column', alias, name });

describe('an expression of a plan', () => {
  it('comes apart where it is joined by AND', () => {
    const parts = conjunctsOf(
      readExpression(
        `((status = 'it''s'::text) AND (o.total >= 5.5) AND (NOT done) AND (deleted_at IS NOT NULL))`,
      ),
    );
    expect(parts).toEqual([
      {
        kind: 'operation',
        operator: '=',
        parts: [column('status'), { kind: 'constant', text: "it's", type: 'text' }],
      },
      {
        kind: 'operation',
        operator: '>=',
        parts: [column('total', 'o'), { kind: 'constant', text: '5.5', type: 'number' }],
      },
      { kind: 'not', part: column('done') },
      { kind: 'operation', operator: 'IS NOT NULL', parts: [column('deleted_at')] },
    ]);
  });

  it('keeps types of several words, arrays, calls and rows', () => {
    expect(readExpression(`((name)::character varying(10) = ANY ('{a,b}'::text[]))`)).toEqual({
      kind: 'operation',
      operator: '= ANY',
      parts: [
        { kind: 'cast', part: column('name'), type: 'character varying' },
        { kind: 'constant', text: '{a,b}', type: 'text[]' },
      ],
    });
    expect(
      readExpression(`(date_trunc('day'::text, e."At") = '2024-01-01'::timestamp without time zone)`),
    ).toMatchObject({
      parts: [
        { kind: 'call', name: 'date_trunc', parts: [{}, column('At', 'e')] },
        { type: 'timestamp without time zone' },
      ],
    });
    expect(readExpression(`(ROW(a, b) < ROW(1, $2))`)).toMatchObject({
      operator: '<',
      parts: [
        { kind: 'row', parts: [column('a'), column('b')] },
        { kind: 'row', parts: [{}, { kind: 'parameter', text: '$2' }] },
      ],
    });
    expect(readExpression(`(EXTRACT(year FROM at) = '2024'::numeric)`)).toMatchObject({
      parts: [{ kind: 'call', name: 'EXTRACT' }, {}],
    });
  });

  it('knows subplans of old and new servers', () => {
    const hashed = (text: string): readonly boolean[] =>
      within(readExpression(text)).flatMap((part) => (part.kind === 'subplan' ? [part.hashed] : []));
    expect(hashed('(NOT (hashed SubPlan 1))')).toEqual([true]);
    expect(hashed('(NOT (ANY (id = (hashed SubPlan 1).col1)))')).toEqual([true]);
    expect(hashed('(total > (SubPlan 2))')).toEqual([false]);
    expect(hashed('EXISTS(SubPlan 2)')).toEqual([false]);
  });

  it('is never a reason to fail', () => {
    for (const text of [
      '',
      '(',
      ')',
      '((a',
      "'",
      `"`,
      'CASE WHEN',
      'a = ANY',
      '(((((',
      'ROW(',
      'x::',
      '§§ = 1',
    ])
      expect(() => readExpression(text)).not.toThrow();
    expect(() => readExpression('('.repeat(50_000))).not.toThrow();
    expect(columnsIn(readExpression('CASE WHEN (a > 1) THEN o.b ELSE c END'))).toEqual([
      column('a'),
      column('b', 'o'),
      column('c'),
    ]);
  });
});
