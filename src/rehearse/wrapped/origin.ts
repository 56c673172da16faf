/** Which migration a statement belongs to: tools write each one down when it is done. */
import type { Name } from '../../catalog/model.ts';
import type { Grammar, Recorded } from '../../engine/model.ts';
import { notedBefore, notesMigrations } from './bookkeeping.ts';
import type { StatementRun } from '../model.ts';

/** Gives each statement the name of its migration, where the tool's own notes tell it, and leaves out what is not for reports. */
export function withOrigins(grammar: Grammar, recorded: readonly Recorded[]): readonly StatementRun[] {
  const origins: (string | undefined)[] = recorded.map(() => undefined);
  let from = 0;
  for (const [at, statement] of recorded.entries()) {
    const table = notedIn(grammar, statement);
    const name = table && migrationName(statement);
    if (!table || name === undefined) continue;
    if (notedBefore.has(table.name)) {
      origins.fill(name, at);
    } else {
      origins.fill(name, from, at + 1);
      from = at + 1;
    }
  }
  return recorded.map(({ values: _values, ...run }, at) => {
    const origin = origins[at];
    return { ...run, ...(origin === undefined ? {} : { origin }), attempts: 1 };
  });
}

/** The tool's table that an INSERT has gone to. */
function notedIn(grammar: Grammar, statement: Recorded): Name | undefined {
  if (statement.kind !== 'InsertStmt' || statement.error) return undefined;
  const [parsed] = grammar.split(statement.sql);
  const written = parsed ? grammar.touches(parsed) : [];
  // The text may leave out the schema that makes a common name a tool's own.
  const locked = statement.locks.map(({ relation }) => {
    const dot = relation.indexOf('.');
    return { schema: relation.slice(0, dot), name: relation.slice(dot + 1) };
  });
  const full = locked.filter((table) => written.some(({ name }) => name === table.name));
  return [...written, ...full].find(notesMigrations);
}

/** The first value that reads like a name; failing that, a version number. */
function migrationName({ sql, values }: Recorded): string | undefined {
  const literals = [...sql.matchAll(/'((?:[^']|'')*)'/g)].map((match) => match[1]!.replaceAll("''", "'"));
  const candidates = [...(values ?? []), ...literals].filter((value): value is string => Boolean(value));
  const isName = (value: string): boolean =>
    /[a-z]/i.test(value) &&
    !/^[0-9a-f-]{32,}$/i.test(value) &&
    !/^\d{4}-\d\d-\d\d[T ]/.test(value) &&
    !/\s/.test(value);
  return candidates.find(isName) ?? candidates.find((value) => /^\d{3,}$/.test(value));
}
