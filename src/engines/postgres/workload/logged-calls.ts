/** Calls in a server's log: what `log_statement`, `log_min_duration_statement` and auto_explain write. */
import type { LoggedCall, LogFault, LogOptions } from '../../../engine/model.ts';
import { entriesOf, type LogEntry } from './log-entries.ts';
import { linesOf } from './log-lines.ts';

/** Calls of a file in order, and what could not be used; throws `file.missing` and `file.unreadable`. */
export async function* readLog(
  path: string,
  { encoding, signal }: LogOptions,
): AsyncGenerator<LoggedCall | LogFault> {
  for await (const entry of entriesOf(linesOf(path, encoding, signal))) {
    const found = typeof entry === 'string' ? ({ kind: 'fault', why: entry } as const) : callOf(entry);
    if (found) yield found;
  }
}

/** The call that an entry tells of; undefined for entries of another kind. */
export function callOf(entry: LogEntry): LoggedCall | LogFault | undefined {
  const [, ms, rest = ''] = /^(?:duration: ([\d.]+) ms(?:\s+|$))?([\s\S]*)$/.exec(entry.message) ?? [];
  const common = {
    kind: 'call' as const,
    ids: entry.ids,
    ...(ms === undefined ? {} : { ms: Number(ms) }),
    ...(entry.database === undefined ? {} : { database: entry.database }),
  };
  const plan = ms === undefined ? undefined : /^plan:\s*\n([\s\S]*)$/.exec(rest)?.[1];
  if (plan !== undefined) {
    const told = planText(plan);
    if (!told) return { kind: 'fault', why: 'cut' };
    const parameters = parametersOf(told.parameters);
    if (parameters === 'cut') return { kind: 'fault', why: 'values cut' };
    return { ...common, ids: [...entry.ids, ...told.ids], sql: told.sql, parameters };
  }
  // The name of a prepared statement may be anything but holds no line break.
  const [, sql] = /^(?:statement|execute [^\n]*?): ([\s\S]*)$/.exec(rest) ?? [];
  if (sql === undefined) return undefined;
  const detail = /^parameters: ([\s\S]*)$/i.exec(entry.detail ?? '')?.[1];
  const parameters = parametersOf(detail);
  return parameters === 'cut' ? { kind: 'fault', why: 'values cut' } : { ...common, sql, parameters };
}

interface Told {
  readonly sql: string;
  readonly parameters?: string;
  readonly ids: readonly string[];
}

/** Text and values in a plan of auto_explain, in any of its forms. */
function planText(plan: string): Told | undefined {
  const start = plan.trimStart();
  const id = /"?Query Identifier"?: (-?\d+)|<Query-Identifier>(-?\d+)</.exec(plan);
  const ids = id ? [id[1] ?? id[2]!] : [];
  if (start.startsWith('{')) {
    try {
      const read = JSON.parse(start) as Readonly<Record<string, unknown>>;
      return told(read['Query Text'], read['Query Parameters'], ids);
    } catch {
      return undefined;
    }
  }
  if (start.startsWith('<')) {
    const inside = (tag: string): string | undefined =>
      new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`)
        .exec(start)?.[1]
        ?.replaceAll(/&(lt|gt|amp|quot|#x0d);/g, (_, name: string) => entities[name]!);
    return told(inside('Query-Text'), inside('Query-Parameters'), ids);
  }
  const quoted = /^Query Text: ("(?:[^"\\]|\\.)*")\n/.exec(start);
  if (quoted && /^Query (?:Parameters|Identifier): |^Plan: /m.test(start) && !/\(cost=/.test(start)) {
    try {
      const values = /^Query Parameters: ("(?:[^"\\]|\\.)*")$/m.exec(start)?.[1];
      return told(JSON.parse(quoted[1]!), values === undefined ? undefined : JSON.parse(values), ids);
    } catch {
      return undefined;
    }
  }
  const lines = start.split('\n');
  const root = lines.findIndex((line) => /\(cost=[\d.]+\.\.[\d.]+ rows=/.test(line));
  if (root < 0) return undefined;
  const values = lines.findIndex((line, index) => index < root && line.startsWith('Query Parameters: '));
  const text = lines.slice(0, values < 0 ? root : values).join('\n');
  return text.startsWith('Query Text: ')
    ? told(
        text.slice('Query Text: '.length),
        values < 0 ? undefined : lines.slice(values, root).join('\n').slice('Query Parameters: '.length),
        ids,
      )
    : undefined;
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', '#x0d': '\r' };

function told(sql: unknown, parameters: unknown, ids: readonly string[]): Told | undefined {
  if (typeof sql !== 'string') return undefined;
  return { sql, ids, ...(typeof parameters === 'string' ? { parameters } : {}) };
}

/** Values of `$1 = 'a', $2 = NULL`; the server ends a value that it cut off by three dots. */
function parametersOf(text: string | undefined): readonly (string | null)[] | 'cut' {
  if (text === undefined) return [];
  const values: (string | null)[] = [];
  for (const [, number, quoted] of text.matchAll(/\$(\d+) = (?:'((?:[^']|'')*)'|NULL)/g)) {
    if (quoted?.endsWith('...')) return 'cut';
    values[Number(number) - 1] = quoted === undefined ? null : quoted.replaceAll("''", "'");
  }
  return Array.from(values, (value) => value ?? null);
}
