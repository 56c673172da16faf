/** Whether the argument is SQL, a plan, or a file with either. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { DbdError, fail } from '../../base/error.ts';
import type { Engine, Plan } from '../../engine/model.ts';
import type { Subject } from './model.ts';

export interface SubjectOptions {
  readonly engine: Engine;
  readonly cwd: string;
  readonly stdin: () => Promise<string>;
}

/** Largest file that is read, bytes: a plan of ten thousand nodes has about ten megabytes. */
const largest = 64 * 1024 * 1024;

/** Reads the argument; throws `file.*`, `plan.unreadable` for plans of other products, `sql.syntax`. */
export async function subjectOf(given: string, options: SubjectOptions): Promise<Subject> {
  const { text, shown } = await textOf(given, options);
  await options.engine.grammar.ready();
  const plans = plansOf(options.engine, text);
  if (plans !== undefined) return { kind: 'plans', plans, shown };
  const product = foreign(text);
  if (product !== undefined)
    fail('plan.unreadable', `${shown} is a plan of ${product}, and only PostgreSQL's are read.`, {
      hint: 'Run EXPLAIN (ANALYZE, BUFFERS) on a PostgreSQL server and give what it prints.',
    });
  return { kind: 'sql', ...askedIn(options.engine, text, shown), shown };
}

/** Plans of a file or a text; throws `plan.unreadable`. */
export async function plansFrom(given: string, options: SubjectOptions): Promise<readonly Plan[]> {
  const { text, shown } = await textOf(given, options);
  return (
    plansOf(options.engine, text) ??
    fail('plan.unreadable', `${shown} holds no plan.`, { hint: 'Give a file with what EXPLAIN printed.' })
  );
}

async function textOf(
  given: string,
  { cwd, stdin }: SubjectOptions,
): Promise<{ readonly text: string; readonly shown: string }> {
  if (given === '-') return { text: await stdin(), shown: 'Standard input' };
  // A text with line breaks is no path, and a long one would not be taken for one by the system either.
  if (given.trim() === '' || /[\n\r]/.test(given) || given.length > 1024)
    return { text: given, shown: 'The text' };
  const read = await readFile(resolve(cwd, given)).catch((cause: NodeJS.ErrnoException) => {
    if (['ENOENT', 'ENAMETOOLONG', 'ENOTDIR'].includes(cause.code ?? '') && !/^\S+\.\w{1,8}$/.test(given))
      return undefined;
    return fail(
      cause.code === 'ENOENT' ? 'file.missing' : 'file.unreadable',
      `${given} cannot be read (${cause.code ?? 'unknown'}).`,
      { cause, hint: 'Give SQL, a plan, or a file with either; - reads standard input.' },
    );
  });
  if (read === undefined) return { text: given, shown: 'The text' };
  if (read.length > largest)
    fail('file.unreadable', `${given} is larger than 64 MB.`, { hint: 'Give the plan alone.' });
  return { text: read.toString(read[0] === 0xff && read[1] === 0xfe ? 'utf16le' : 'utf8'), shown: given };
}

function plansOf({ plans }: Engine, text: string): readonly Plan[] | undefined {
  try {
    return plans.read(text);
  } catch (error) {
    if (error instanceof DbdError && error.code === 'plan.unreadable') return undefined;
    throw error;
  }
}

const products: readonly (readonly [RegExp, string])[] = [
  [
    /"query_block"|"r_loops"|\bselect_type\b.*\bpossible_keys\b|^-> .*\(cost=[\d.]+ rows=/m,
    'MySQL or MariaDB',
  ],
  [/<ShowPlanXML|\|--(Clustered )?Index (Seek|Scan)/, 'SQL Server'],
  [/Plan hash value:|^\s*\|\s*Id\s*\|\s*Operation/m, 'Oracle'],
  [/^\s*(\d+\|\d+\|\d+\|)?(QUERY PLAN|`--|\|--)?\s*(SCAN|SEARCH) \w+/m, 'SQLite'],
  [/^\s*distribution: (local|full)|•\s*(scan|filter|hash join|lookup join)/m, 'CockroachDB'],
  [/"winningPlan"|"queryPlanner"/, 'MongoDB'],
];

function foreign(text: string): string | undefined {
  return products.find(([sign]) => sign.test(text))?.[1];
}

/** The one statement of a text, without EXPLAIN before it, and the names of its parameters. */
export function askedIn(
  { grammar }: Engine,
  text: string,
  shown: string,
): { readonly sql: string; readonly names: readonly string[] } {
  const { sql, names } = grammar.parameters(text);
  const statements = grammar.split(sql);
  const [statement, ...more] = statements;
  if (statement === undefined)
    fail('usage.missing-input', `${shown} holds neither SQL nor a plan.`, {
      hint: 'Give one statement, or what EXPLAIN printed.',
    });
  if (more.length > 0)
    fail(
      'usage.wrong-option',
      `${shown} holds ${statements.length} statements; one is explained at a time.`,
      {
        hint: 'Give one of them.',
      },
    );
  return { sql: statement.kind === 'ExplainStmt' ? withoutExplain(statement.sql) : statement.sql, names };
}

function withoutExplain(sql: string): string {
  return sql.replace(
    /^(\s|--[^\n]*\n|\/\*[\s\S]*?\*\/)*EXPLAIN\s*(\([^)]*\)|(\s+(ANALYZE|ANALYSE|VERBOSE)\b)*)\s*/i,
    '',
  );
}
