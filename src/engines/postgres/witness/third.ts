/** A third reader that nobody here wrote: `pg_dump`, where one that knows the server is installed. */
import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { promisify } from 'node:util';
import type { Third } from '../../../engine/model.ts';

const run = promisify(execFile);
const folder = '/usr/lib/postgresql';
/** Bytes that a dump of the structure may have. */
const longest = 512 * 2 ** 20;

/** Holds the dumps of two databases against one another; undefined when no `pg_dump` knows a server this new. */
export async function third(
  beforeUrl: string,
  afterUrl: string,
  serverVersion: number,
): Promise<Third | undefined> {
  const major = Math.floor(serverVersion / 10_000);
  const found = installed().find((each) => each.major >= major);
  if (!found) return undefined;
  const name = `pg_dump ${found.major}`;
  try {
    const [before, after] = await Promise.all([dump(found.path, beforeUrl), dump(found.path, afterUrl)]);
    return { name, ...apart(before, after) };
  } catch (error) {
    return { name, failed: reasonOf(error), before: [], after: [] };
  }
}

/** What the program said last; its first line repeats the command. */
function reasonOf(error: unknown): string {
  const said = error instanceof Error ? error.message.trim().split('\n') : [String(error)];
  return said.slice(1).join(' ') || said.join(' ');
}

/** The oldest first, so that the server's own comes before newer ones. */
function installed(): readonly { readonly major: number; readonly path: string }[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .map((name) => ({ major: Number(name), path: `${folder}/${name}/bin/pg_dump` }))
    .filter(({ major, path }) => Number.isInteger(major) && existsSync(path))
    .toSorted((one, other) => one.major - other.major);
}

async function dump(program: string, url: string): Promise<string> {
  const address = new URL(url);
  const password = decodeURIComponent(address.password);
  address.password = '';
  const { stdout } = await run(program, ['--schema-only', `--dbname=${address.href}`], {
    maxBuffer: longest,
    // The password stays out of the list of processes.
    env: { ...process.env, ...(password === '' ? {} : { PGPASSWORD: password }), LC_ALL: 'C' },
  });
  return stdout;
}

/** What only one of two dumps says; the order of statements and of a table's columns does not count. */
export function apart(before: string, after: string): Pick<Third, 'before' | 'after'> {
  const [was, is] = [statementsIn(before), statementsIn(after)];
  return { before: without(was, is), after: without(is, was) };
}

function statementsIn(text: string): readonly string[] {
  return text
    .split(/^--\n-- (?:Name|Data for Name): .*\n--\n/m)
    .slice(1)
    .flatMap((block) => {
      const sql = block
        .split('\n')
        .filter(
          (line) =>
            !/^(?:SET default_|SET row_security|\\(?:un)?restrict |-- PostgreSQL database dump)/.test(line),
        )
        .join('\n')
        .trim();
      return sql === '' || sql === '--\n\n--' ? [] : [inAnyOrder(sql.replace(options, sortedOptions))];
    })
    .toSorted();
}

/** `WITH (fillfactor='70', autovacuum_enabled=off)`: storage options have no order. */
const options = / WITH \(([\w.]+='?[^()]*)\)/g;

function sortedOptions(_all: string, list: string): string {
  return ` WITH (${list.split(', ').toSorted().join(', ')})`;
}

/** Columns of a table sorted, so that their places do not count. */
function inAnyOrder(sql: string): string {
  const [, head, body, tail] =
    /^(CREATE (?:UNLOGGED |FOREIGN )?TABLE .*? \(\n)([\s\S]*?)(\n\)[\s\S]*)$/.exec(sql) ?? [];
  if (head === undefined) return sql;
  const lines = body!.split('\n').map((line) => line.replace(/,$/, ''));
  return `${head}${lines.toSorted().join('\n')}${tail}`;
}

function without(all: readonly string[], others: readonly string[]): readonly string[] {
  const left = new Map<string, number>();
  for (const one of others) left.set(one, (left.get(one) ?? 0) + 1);
  return all.filter((one) => {
    const count = left.get(one) ?? 0;
    left.set(one, count - 1);
    return count <= 0;
  });
}
