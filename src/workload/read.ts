/** Reads a SQL file of named queries: `-- name:`, `-- rate:`, `-- p95:` and `-- param …` lines before each statement. */
import { parse } from 'yaml';
import { fail } from '../base/error.ts';
import { editDistance } from '../base/text.ts';
import { parseCount, parseDuration, parseRate } from '../task/units.ts';
import type { NamedQuery, ParameterSource, Workload } from './model.ts';

/** Rate of a query for which the file gives none: once a second. */
export const assumedQueryRate = { perSecond: 1, peakPerSecond: 1 };

/** Largest file, characters. */
const largest = 4_194_304;

interface Draft {
  readonly name: string;
  readonly line: number;
  rate?: NamedQuery['rate'];
  p95?: number;
  readonly params: Map<string, { readonly source: ParameterSource; readonly line: number }>;
  readonly sql: string[];
}

/** Named queries of a file (`source` is what messages call it); throws `workload.invalid` with the line. */
export function readWorkload(text: string, source: string): Workload {
  const refuse: Refuse = (line, sentence, hint) =>
    fail('workload.invalid', `${source}, line ${line}: ${sentence}`, {
      ...(hint === undefined ? {} : { hint }),
      details: { line },
    });
  if (text.length > largest || text.includes('\0'))
    return refuse(1, text.includes('\0') ? 'the file is not text.' : 'the file is larger than 4 MiB.');
  const drafts: Draft[] = [];
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n?|\n/);
  lines.forEach((line, index) => readLine(line, index + 1, drafts, refuse));
  if (drafts.length === 0)
    return refuse(1, 'there is no named query.', 'Write `-- name: user_by_email` above each statement.');
  const queries = drafts.map((draft) => finish(draft, refuse));
  const twice = queries.findIndex(
    ({ name }, index) => queries.findIndex((each) => each.name === name) !== index,
  );
  if (twice >= 0) return refuse(drafts[twice]!.line, `the name ${queries[twice]!.name} is used twice.`);
  return { source, queries };
}

type Refuse = (line: number, sentence: string, hint?: string) => never;

const directives = ['name', 'rate', 'p95', 'param'];

function readLine(line: string, number: number, drafts: Draft[], refuse: Refuse): void {
  const [, word, rest = ''] = /^\s*--\s*([a-z0-9]+)\b\s*(.*)$/i.exec(line) ?? [];
  const directive = word?.toLowerCase();
  const draft = drafts.at(-1);
  const inStatement = draft !== undefined && draft.sql.some((each) => !isBlank(each));
  const colon = rest.startsWith(':');
  const value = (colon ? rest.slice(1) : rest).trim();
  if (directive === 'name' && colon) {
    const [, name] = /^([\p{L}_][\p{L}\p{N}_.-]*)(?:\s+:\w+)?$/u.exec(value) ?? [];
    drafts.push({
      name:
        name ??
        refuse(
          number,
          `\`${value.slice(0, 60)}\` is not a name for a query.`,
          'Use letters, digits, `_`, `.` and `-`.',
        ),
      line: number,
      params: new Map(),
      sql: [],
    });
  } else if (
    directive !== undefined &&
    !inStatement &&
    (colon ? directives.includes(directive) : directive === 'param' && value.includes(':'))
  ) {
    if (!draft) return refuse(number, `\`-- ${directive}\` stands before the first \`-- name:\`.`);
    set(draft, directive, value, number, refuse);
  } else if (
    directive !== undefined &&
    colon &&
    !inStatement &&
    directives.some((each) => editDistance(each, directive) === 1)
  ) {
    refuse(
      number,
      `unknown line \`-- ${directive}:\`.`,
      `Did you mean \`-- ${directives.find((each) => editDistance(each, directive) === 1)}:\`?`,
    );
  } else if (draft) draft.sql.push(line);
  else if (!isBlank(line))
    refuse(
      number,
      'a statement stands before the first `-- name:`.',
      'Write `-- name: user_by_email` above each statement.',
    );
}

function isBlank(line: string): boolean {
  return /^\s*(?:--.*)?$/.test(line);
}

function set(draft: Draft, directive: string, value: string, line: number, refuse: Refuse): void {
  if (directive === 'rate') {
    draft.rate =
      parseRate(value) ??
      refuse(
        line,
        `\`${value.slice(0, 60)}\` is not a rate.`,
        'Write `-- rate: 50/s peak 200/s` or `-- rate: 2/min`.',
      );
  } else if (directive === 'p95') {
    draft.p95 =
      parseDuration(value) ??
      refuse(line, `\`${value.slice(0, 60)}\` is not a duration.`, 'Write `-- p95: 20 ms`.');
  } else {
    const [, name, text] = /^:?([A-Za-z_]\w*)\s*:\s*(.+)$/.exec(value) ?? [];
    const source = text === undefined ? undefined : parameter(text.trim());
    if (name === undefined || source === undefined)
      return refuse(
        line,
        `\`${value.slice(0, 60)}\` does not say where a parameter's values come from.`,
        'Write `-- param id: 1..50000`, `from users.id`, `[a, b]`, or `= <SQL expression over n>`.',
      );
    if (draft.params.has(name)) return refuse(line, `the parameter ${name} is described twice.`);
    draft.params.set(name, { source, line });
  }
}

function parameter(text: string): ParameterSource | undefined {
  const [, first, last] = /^(-?[\d_.]*\d[kKMG]?)\s*\.\.\s*(-?[\d_.]*\d[kKMG]?)$/.exec(text) ?? [];
  if (first !== undefined && last !== undefined) {
    const [from, to] = [signed(first), signed(last)];
    return from !== undefined && to !== undefined && from <= to ? { kind: 'range', from, to } : undefined;
  }
  const [, path, column] = /^from\s+(.+)\.([^.\s]+)$/i.exec(text) ?? [];
  if (path !== undefined && column !== undefined)
    return { kind: 'column', table: unquoted(path.trim()), column: unquoted(column) };
  if (text.startsWith('='))
    return text.slice(1).trim() === '' ? undefined : { kind: 'expression', sql: text.slice(1).trim() };
  return text.startsWith('[') ? values(text) : undefined;
}

function signed(text: string): number | undefined {
  const count = parseCount(text.replace(/^-/, ''));
  return count === undefined ? undefined : text.startsWith('-') ? -count : count;
}

function unquoted(name: string): string {
  return name.replaceAll(/"((?:[^"]|"")*)"/g, (_, inner: string) => inner.replaceAll('""', '"'));
}

function values(text: string): ParameterSource | undefined {
  try {
    const list: unknown = parse(text, {
      version: '1.2',
      schema: 'core',
      maxAliasCount: 0,
      logLevel: 'silent',
    });
    return Array.isArray(list) && list.length > 0 ? { kind: 'values', values: list } : undefined;
  } catch {
    return undefined;
  }
}

function finish(draft: Draft, refuse: Refuse): NamedQuery {
  const [sql, ...more] = statements(draft.sql.join('\n'));
  if (sql === undefined) return refuse(draft.line, `the query ${draft.name} has no statement.`);
  if (more.length > 0)
    return refuse(
      draft.line,
      `the query ${draft.name} has ${more.length + 1} statements; it must have one.`,
      'Write `-- name:` above each statement.',
    );
  for (const [name, { line }] of draft.params) {
    if (!new RegExp(`(?<!:):${name}(?!\\w)`).test(sql))
      return refuse(line, `the statement of ${draft.name} has no parameter :${name}.`);
  }
  return {
    name: draft.name,
    sql,
    rate: draft.rate ?? assumedQueryRate,
    ...(draft.rate === undefined ? { rateAssumed: true } : {}),
    ...(draft.p95 === undefined ? {} : { p95: draft.p95 }),
    params: Object.fromEntries([...draft.params].map(([name, { source }]) => [name, source])),
  };
}

/** Text between semicolons that stand outside quotes, comments and dollar quotes; blank ones are left out. */
function statements(sql: string): readonly string[] {
  const token = /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|"(?:[^"]|"")*"|(\$[A-Za-z_]*\$)[\s\S]*?\1|;/g;
  const found: string[] = [];
  let start = 0;
  for (const match of sql.matchAll(token)) {
    if (match[0] !== ';') continue;
    found.push(sql.slice(start, match.index));
    start = match.index + 1;
  }
  return [...found, sql.slice(start)]
    .map((each) => each.trim())
    .filter((each) => !each.split('\n').every(isBlank));
}
