/** The clock of a statement, stopped. */
import type { Node, SelectStmt } from 'libpg-query';
import type { FrozenSql, Moment } from '../../../engine/model.ts';
import { lex } from '../grammar/lex.ts';
import { parse } from '../grammar/parse.ts';
import { walk, words } from '../grammar/tree.ts';
import { charOf } from './runnable.ts';

/** Functions that the server writes without parentheses, with the input function of their type. */
const values: Readonly<Record<string, Stopped>> = {
  SVFOP_CURRENT_DATE: { input: 'date_in', form: 'date' },
  SVFOP_CURRENT_TIME: { input: 'timetz_in', form: 'zoned time' },
  SVFOP_CURRENT_TIME_N: { input: 'timetz_in', form: 'zoned time' },
  SVFOP_CURRENT_TIMESTAMP: { input: 'timestamptz_in', form: 'instant' },
  SVFOP_CURRENT_TIMESTAMP_N: { input: 'timestamptz_in', form: 'instant' },
  SVFOP_LOCALTIME: { input: 'time_in', form: 'time' },
  SVFOP_LOCALTIME_N: { input: 'time_in', form: 'time' },
  SVFOP_LOCALTIMESTAMP: { input: 'timestamp_in', form: 'local' },
  SVFOP_LOCALTIMESTAMP_N: { input: 'timestamp_in', form: 'local' },
};

interface Stopped {
  readonly input: string;
  readonly form: 'date' | 'instant' | 'local' | 'time' | 'zoned time';
}

const stable = ['now', 'transaction_timestamp', 'statement_timestamp'];
/** They read the clock in a way that one expression cannot stand for. */
const others = ['timeofday', 'age'];

/**
 * Puts the moment in the place of the clock's functions. The input function of the type is stable and costs as much as the function it replaces: the planner
 * estimates with its value, and does not fold it into the plan, just as it treats the clock. `clock_timestamp()` stays volatile, so that no index serves it.
 */
export function freeze(sql: string, moment: Moment): FrozenSql {
  const tree = treeOf(sql);
  const replaced: string[] = [];
  const left: string[] = [];
  if (!tree) return { sql, replaced, left };
  const charAt = charOf(sql);
  const tokens = lex(sql);
  const edits: { readonly from: number; readonly to: number; readonly text: string }[] = [];
  const unnamed = outputs(tree);
  const put = (byte: number, call: boolean, text: string): void => {
    const first = tokens.findIndex((token) => token.from === charAt(byte));
    if (first < 0) return;
    let last = first;
    if (call) while (last + 1 < tokens.length && tokens[last]!.text !== ')') last++;
    const { from } = tokens[first]!;
    const { to } = tokens[last]!;
    const written = sql.slice(from, to);
    replaced.push(written);
    // An output bears the name of the function that makes it.
    const name = unnamed.has(byte) ? ` AS ${/[a-z_]+(?=\s*(?:\(|$))/i.exec(written)?.[0] ?? 'now'}` : '';
    edits.push({ from, to, text: `${text}${name}` });
  };
  walk({ tree }, (kind, node) => {
    if (kind === 'SQLValueFunction') {
      const stopped = values[String(node['op'])];
      const typmod = Number(node['typmod'] ?? -1);
      if (stopped) put(Number(node['location'] ?? 0), typmod >= 0, written(stopped, moment, typmod));
      return;
    }
    if (kind !== 'FuncCall') return;
    const path = words(node['funcname'] as readonly Node[]);
    const name = path.at(-1) ?? '';
    if (path.length > 1 && path[0] !== 'pg_catalog') return;
    const args = (node['args'] as readonly unknown[] | undefined)?.length ?? 0;
    const at = Number(node['location'] ?? 0);
    if (stable.includes(name) && args === 0) put(at, true, instant(moment));
    else if (name === 'clock_timestamp' && args === 0)
      put(at, true, `(${instant(moment)} + random() * '0'::interval)`);
    else if (others.includes(name) && args < 2) left.push(`${name}() follows the clock`);
  });
  let text = '';
  let at = 0;
  for (const edit of edits.toSorted((a, b) => a.from - b.from)) {
    text += sql.slice(at, edit.from) + edit.text;
    at = edit.to;
  }
  return { sql: text + sql.slice(at), replaced, left };
}

function treeOf(sql: string): Node | undefined {
  try {
    return parse(sql).stmts?.[0]?.stmt;
  } catch {
    return undefined;
  }
}

/** Places of outputs without a name of their own. */
function outputs(tree: Node): ReadonlySet<number> {
  const found = new Set<number>();
  walk({ tree }, (kind, node) => {
    if (kind !== 'SelectStmt') return;
    for (const item of (node as SelectStmt).targetList ?? [])
      if ('ResTarget' in item && item.ResTarget.name === undefined) {
        const { val } = item.ResTarget;
        if (val && 'FuncCall' in val) found.add(val.FuncCall.location ?? 0);
        if (val && 'SQLValueFunction' in val) found.add(val.SQLValueFunction.location ?? 0);
      }
  });
  return found;
}

/** A parameter's text with the words that mean a time of the clock replaced (manual, 8.5.1.4). */
export function freezeValue(value: string, type: string, moment: Moment): string {
  const form = /^timestamp with time zone|^timestamptz/.test(type)
    ? 'instant'
    : type.startsWith('timestamp')
      ? 'local'
      : type === 'date'
        ? 'date'
        : undefined;
  const days = { now: 0, today: 0, tomorrow: 1, yesterday: -1 }[value.trim().toLowerCase()];
  if (form === undefined || days === undefined) return value;
  if (/^\s*now\s*$/i.test(value)) return shown(form, moment);
  const day = new Date(`${shown('date', moment)}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() + days);
  const date = day.toISOString().slice(0, 10);
  return form === 'instant'
    ? `${date} 00:00:00 ${moment.zone}`
    : form === 'local'
      ? `${date} 00:00:00`
      : date;
}

function instant(moment: Moment): string {
  return written({ input: 'timestamptz_in', form: 'instant' }, moment, -1);
}

function written({ input, form }: Stopped, moment: Moment, typmod: number): string {
  const text = `'${shown(form, moment)}'`;
  return form === 'date' ? `pg_catalog.date_in(${text})` : `pg_catalog.${input}(${text}, 0, ${typmod})`;
}

function shown(form: Stopped['form'], { at, zone }: Moment): string {
  const utc = new Date(at).toISOString();
  const fraction = /\.(\d+)/.exec(at)?.[1]?.slice(0, 6) ?? '0';
  if (form === 'instant') return `${utc.slice(0, 10)} ${utc.slice(11, 19)}.${fraction}+00`;
  const local = localParts(new Date(at), zone);
  const clock = `${local.time}.${fraction}`;
  switch (form) {
    case 'date':
      return local.date;
    case 'time':
      return clock;
    case 'local':
      return `${local.date} ${clock}`;
    case 'zoned time':
      return `${clock}${local.offset}`;
  }
}

/** Whether days can be told in this zone here. */
export function knowsZone(zone: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: zone }));
  } catch {
    return false;
  }
}

function localParts(
  at: Date,
  zone: string,
): { readonly date: string; readonly time: string; readonly offset: string } {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone: knowsZone(zone) ? zone : 'UTC',
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'longOffset',
  });
  const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]));
  const get = (type: Intl.DateTimeFormatPartTypes): string => parts.get(type) ?? '00';
  return {
    date: `${get('year')}-${get('month')}-${get('day')}`,
    time: `${get('hour')}:${get('minute')}:${get('second')}`,
    offset: /([+-]\d\d:?\d*)/.exec(get('timeZoneName'))?.[1] ?? '+00',
  };
}
