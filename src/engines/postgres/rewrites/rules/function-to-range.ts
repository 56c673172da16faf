import {
  comparisonOf,
  expressionOf,
  isFree,
  mirrored,
  argumentsOf,
  type Comparison,
  type Expression,
} from '../expression.ts';
import { columnOf, conditionsOf, type Condition } from '../looking.ts';
import { parametersOf } from '../edits.ts';
import type { Found, Place, RewriteRule } from '../place.ts';
import { neverNull, type Seen } from '../sight.ts';
import { words } from '../../grammar/tree.ts';
import { tokensOf } from '../text.ts';

/** A function of a column that says a range: the range itself can use an index on the column. */
export const functionToRange: RewriteRule = {
  id: 'function-to-range',
  find: (place) => conditionsOf(place).flatMap((condition) => rewritten(condition, place) ?? []),
};

const because =
  'a function of the column hides it from an index; the same as a range of the column itself can use one';

function rewritten(condition: Condition, place: Place): Found | undefined {
  const comparison = comparisonOf(condition);
  const sides = comparison ? [comparison, mirrored(comparison)] : [];
  for (const side of sides) {
    if (!side || !isFree(side.right, place.catalog)) continue;
    const made =
      day(side, place) ??
      unit(side, place) ??
      year(side, place) ??
      beginning(side, place) ??
      filled(side, place);
    if (made)
      return {
        edits: [{ from: condition.from, to: condition.to, text: made.sql }],
        because,
        ...provisions(made, side.right),
      };
  }
  return undefined;
}

/** What has to hold of values that the text does not show. */
function provisions({ provided }: Made, right: Expression): Pick<Found, 'provided'> {
  const isTime = parametersOf(right.sql).length > 0 && !/make_date/.test(provided ?? '');
  const all = [
    ...(provided === undefined ? [] : [provided]),
    ...(isTime ? [`${right.sql} is not infinity`] : []),
  ];
  return all.length > 0 ? { provided: all } : {};
}

interface Made {
  readonly sql: string;
  readonly provided?: string;
}

/** Zones in which an hour is repeated around midnight make a day's rows no range. */
const oneMidnight =
  'midnight does not come twice in the session’s time zone, as it does in Havana once a year';

function zoned(seen: Seen): boolean {
  return /^timestamp.*with time zone$/.test(seen.column?.type ?? '');
}

function isInstant(seen: Seen | undefined): seen is Seen {
  return seen?.column?.type.startsWith('timestamp') === true;
}

/** The range of the units between two ends: `end` is the first one behind it. */
function ranged(column: string, operator: string, begin: string, end: string): string | undefined {
  if (operator === '=') return `${column} >= ${begin} AND ${column} < ${end}`;
  if (operator === '<') return `${column} < ${begin}`;
  if (operator === '<=') return `${column} < ${end}`;
  if (operator === '>') return `${column} >= ${end}`;
  return operator === '>=' ? `${column} >= ${begin}` : undefined;
}

/** `date(c)`, `c::date`. */
function day({ left, operator, right }: Comparison, place: Place): Made | undefined {
  const inner = dateOf(left);
  const seen = inner && columnOf(inner, place);
  if (!inner || !isInstant(seen)) return undefined;
  const from = dateText(right.sql);
  const sql = ranged(inner.sql, operator, from, `(${from} + 1)`);
  return sql === undefined ? undefined : { sql, ...(zoned(seen) ? { provided: oneMidnight } : {}) };
}

function dateText(sql: string): string {
  return /^'[^']*'$/.test(sql) ? `date ${sql}` : /::\s*date$/i.test(sql) ? sql : `(${sql})::date`;
}

function dateOf(left: Expression): Expression | undefined {
  const call = argumentsOf(left);
  if (call?.name === 'date' && call.args.length === 1) return expressionOf(call.args[0]!);
  return castTo(left, 'date');
}

/** What is cast, where the outermost thing is a cast to the type. */
function castTo(left: Expression, type: string): Expression | undefined {
  if (!('TypeCast' in left.node)) return undefined;
  if (words(left.node.TypeCast.typeName?.names).at(-1) !== type) return undefined;
  const tokens = tokensOf(left.sql);
  const mark = tokens.findLast(({ text, depth }) => text === '::' && depth === 0);
  if (mark) return expressionOf(left.sql.slice(0, mark.from));
  const as = tokens.findLast(({ text, depth }) => text.toLowerCase() === 'as' && depth === 1);
  return as && tokens[1] ? expressionOf(left.sql.slice(tokens[1].to, as.from)) : undefined;
}

const units: ReadonlySet<string> = new Set(['minute', 'hour', 'day', 'week', 'month', 'quarter', 'year']);

/** `date_trunc('month', c)`: only an instant at which a unit begins can be equal to it. */
function unit({ left, operator, right }: Comparison, place: Place): Made | undefined {
  const call = argumentsOf(left);
  if (call?.name !== 'date_trunc' || call.args.length !== 2) return undefined;
  const word = /^'(\w+)'$/.exec(call.args[0]!)?.[1]?.toLowerCase();
  const inner = expressionOf(call.args[1]!);
  const seen = inner && columnOf(inner, place);
  if (word === undefined || !units.has(word) || !inner || !isInstant(seen)) return undefined;
  const step = word === 'quarter' ? "interval '3 months'" : `interval '1 ${word}'`;
  const type = zoned(seen) ? 'timestamptz' : 'timestamp';
  const at = /^'[^']*'$/.test(right.sql) ? `${type} ${right.sql}` : `(${right.sql})::${type}`;
  const cut = `date_trunc('${word}', ${at})`;
  const provided = zoned(seen) ? { provided: oneMidnight } : {};
  if (operator === '=') {
    const range = `${inner.sql} >= ${at} AND ${inner.sql} < ${at} + ${step}`;
    return {
      sql: right.sql.toLowerCase().startsWith(`date_trunc('${word}'`) ? range : `${range} AND ${cut} = ${at}`,
      ...provided,
    };
  }
  const sql =
    operator === '>='
      ? `${inner.sql} >= CASE WHEN ${cut} = ${at} THEN ${at} ELSE ${cut} + ${step} END`
      : operator === '<'
        ? `${inner.sql} < CASE WHEN ${cut} = ${at} THEN ${at} ELSE ${cut} + ${step} END`
        : operator === '<='
          ? `${inner.sql} < ${cut} + ${step}`
          : operator === '>'
            ? `${inner.sql} >= ${cut} + ${step}`
            : undefined;
  return sql === undefined ? undefined : { sql, ...provided };
}

/** `extract(year FROM c) = 2024`, as a constant or a parameter. */
function year({ left, operator, right }: Comparison, place: Place): Made | undefined {
  const found = /^extract\s*\(\s*year\s+from\s+([\s\S]+)\)$/i.exec(left.sql)?.[1] ?? partOf(left);
  const inner = found === undefined ? undefined : expressionOf(found);
  const seen = inner && columnOf(inner, place);
  if (!inner || !seen || !/^(?:date|timestamp)/.test(seen.column?.type ?? '')) return undefined;
  const provided = zoned(seen) ? { provided: oneMidnight } : {};
  const constant = /^\d{4}$/.test(right.sql) ? Number(right.sql) : undefined;
  const begin = constant === undefined ? undefined : `date '${constant}-01-01'`;
  const end = constant === undefined ? undefined : `date '${constant + 1}-01-01'`;
  if (constant !== undefined && constant > 0 && constant < 9999) {
    const sql = ranged(inner.sql, operator, begin!, end!);
    return sql === undefined ? undefined : { sql, ...provided };
  }
  if (!/^\$\d+(?:::int(?:eger)?)?$/i.test(right.sql)) return undefined;
  const number = right.sql.replace(/::.*/, '');
  const sql = ranged(
    inner.sql,
    operator,
    `make_date(${number}::int, 1, 1)`,
    `make_date(${number}::int + 1, 1, 1)`,
  );
  return sql === undefined
    ? undefined
    : {
        sql,
        provided: [
          `${number} is a year from 1 to 9998`,
          ...(provided.provided ? [provided.provided] : []),
        ].join('; '),
      };
}

function partOf(left: Expression): string | undefined {
  const call = argumentsOf(left);
  return call?.name === 'date_part' && call.args[0]?.toLowerCase() === "'year'" ? call.args[1] : undefined;
}

/** `left(c, 3) = 'abc'`, `substr(c, 1, 3) = 'abc'`. */
function beginning({ left, operator, right }: Comparison, place: Place): Made | undefined {
  const call = argumentsOf(left);
  const constant = /^'([^']*)'$/.exec(right.sql)?.[1];
  if (!call || operator !== '=' || constant === undefined || constant === '') return undefined;
  const length =
    call.name === 'left'
      ? call.args[1]
      : (call.name === 'substr' || call.name === 'substring') && call.args[1] === '1'
        ? call.args[2]
        : undefined;
  const inner = call.args[0] === undefined ? undefined : expressionOf(call.args[0]);
  const seen = inner && columnOf(inner, place);
  if (!inner || !seen || !/^(?:text|character varying)/.test(seen.column?.type ?? '')) return undefined;
  if (length !== String(Array.from(constant).length)) return undefined;
  return { sql: `${inner.sql} LIKE '${constant.replaceAll(/[\\%_]/g, String.raw`\$&`)}%'` };
}

/** `coalesce(c, x) = y`: of a column that is never null it says nothing; else y tells whether nulls are meant. */
function filled({ left, operator, right }: Comparison, place: Place): Made | undefined {
  if (!('CoalesceExpr' in left.node)) return undefined;
  const found = /^coalesce\s*\(([\s\S]+)\)$/i.exec(left.sql)?.[1];
  const both = found?.split(',') ?? [];
  const inner = both.length === 2 ? expressionOf(both[0]!) : undefined;
  const other = both.length === 2 ? expressionOf(both[1]!) : undefined;
  const seen = inner && columnOf(inner, place);
  if (!inner || !other || !seen) return undefined;
  if (neverNull(seen)) return { sql: `${inner.sql} ${operator} ${right.sql}` };
  if (operator !== '=' || !isFree(other, place.catalog)) return undefined;
  const constants = [other.sql, right.sql].every((one) => /^(?:'[^']*'|\d+)$/.test(one));
  if (constants && other.sql !== right.sql) return { sql: `${inner.sql} = ${right.sql}` };
  return constants ? { sql: `(${inner.sql} = ${right.sql} OR ${inner.sql} IS NULL)` } : undefined;
}
