/** Statements that indexes are chosen for: queries of their own, and those that a transaction is made of. */
import { SqlError } from '../../base/error.ts';
import type { Engine, Session } from '../../engine/model.ts';
import type { Access } from '../../task/model.ts';
import type { TuneResult } from '../../tune/model.ts';
import type { NamedQuery, PreparedQuery } from '../../workload/model.ts';
import { namedQuery } from './named-query.ts';

/** A statement under a name of its own, and the pattern it belongs to. */
export interface TunedPart {
  readonly access: Access;
  readonly query: NamedQuery;
}

/** What a statement of a transaction is called, from 0. */
export function partName({ id }: Access, at: number): string {
  return `${id}, statement ${at + 1}`;
}

/** The query of a pattern, or the statements of its transaction that look for rows; a statement has the target of its transaction. */
export function tunedParts({ grammar }: Engine, access: Access): readonly TunedPart[] {
  const query = namedQuery(access);
  if (access.sql !== undefined) return [{ access, query }];
  return (access.transaction ?? []).flatMap((sql, at): readonly TunedPart[] =>
    ['read', 'update', 'delete'].includes(grammar.shape(sql).kind)
      ? [{ access, query: { ...query, name: partName(access, at), sql } }]
      : [],
  );
}

/** Statements of transactions with the values they can be called with alone, without those before them; and which have none. */
export async function tryAlone(
  session: Session,
  queries: readonly PreparedQuery[],
  parts: readonly TunedPart[],
): Promise<{ readonly queries: readonly PreparedQuery[]; readonly limits: readonly string[] }> {
  const limits: string[] = [];
  const working: PreparedQuery[] = [];
  for (const query of queries) {
    const access = parts.find((part) => part.query.name === query.name)?.access;
    if (access?.transaction === undefined || query.kind === 'read') {
      working.push(query);
      continue;
    }
    const values: (readonly unknown[])[] = [];
    let reason = '';
    for (const set of query.values) {
      await session.run('BEGIN');
      try {
        await session.query(query.sql, set);
        values.push(set);
      } catch (error) {
        if (!(error instanceof SqlError)) throw error;
        if (error.code === 'sql.timeout') values.push(set);
        else reason = error.message;
      } finally {
        await session.run('ROLLBACK');
      }
    }
    if (values.length > 0) working.push({ ...query, values });
    else limits.push(`${query.name} could not be tried alone for indexes: ${reason}`);
  }
  return { queries: working, limits };
}

/** The result with claims in place of the names of their statements. */
export function servingClaims(result: TuneResult, parts: readonly TunedPart[]): TuneResult {
  const claims = new Map(parts.map(({ access, query }) => [query.name, access.id]));
  const named = <T extends { readonly serves: readonly string[] }>(index: T): T => ({
    ...index,
    serves: [...new Set(index.serves.map((name) => claims.get(name) ?? name))],
  });
  return { ...result, kept: result.kept.map(named), rejected: result.rejected.map(named) };
}

/** Claims whose index choice was not measured, out of those with statements that look for rows. */
export function untuned(
  engine: Engine,
  access: readonly Access[],
  { queries }: TuneResult,
): readonly string[] {
  return access.flatMap((one) =>
    tunedParts(engine, one).flatMap(({ query: { name } }) =>
      queries.some((query) => query.claim === name) ? [] : [name],
    ),
  );
}
