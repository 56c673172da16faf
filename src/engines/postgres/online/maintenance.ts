import type { AlterDomainStmt, Node, RefreshMatViewStmt } from 'libpg-query';
import { fail } from '../../../base/error.ts';
import type { OnlineContext, StepDraft } from '../../../engine/model.ts';
import { lex } from '../grammar/lex.ts';
import { nameFrom, nameOf } from '../grammar/tree.ts';
import { quote } from '../quote.ts';
import { constraintIn } from './text.ts';
import { existing, isFresh, quick, smallness } from './place.ts';
import { is } from './text.ts';

/** Forms of what rebuilds, refreshes or rewrites something that exists; undefined for other statements. */
export function maintain(tree: Node, sql: string, context: OnlineContext): readonly StepDraft[] | undefined {
  if ('ReindexStmt' in tree) return [reindex(sql)];
  if ('RefreshMatViewStmt' in tree) return [refresh(tree.RefreshMatViewStmt, sql, context)];
  if ('VacuumStmt' in tree || 'ClusterStmt' in tree) return [vacuum(tree, sql, context)];
  if ('AlterDomainStmt' in tree) return domain(tree.AlterDomainStmt, sql, context);
  return undefined;
}

function reindex(sql: string): StepDraft {
  const tokens = lex(sql);
  const at = tokens.findIndex((token) =>
    ['index', 'table', 'schema', 'database', 'system'].some((word) => is(token, word)),
  );
  const target = tokens[at]!;
  const already = is(tokens[at + 1], 'concurrently');
  if (is(target, 'system'))
    fail(
      'change.refused',
      'REINDEX SYSTEM has no form that lets others through, and is no part of a change.',
    );
  return {
    sql: already ? sql : `${sql.slice(0, target.to)} CONCURRENTLY${sql.slice(target.to)}`,
    phase: 'backfill',
    transaction: false,
    undo: '',
    statementTimeoutMs: 0,
    concerns: ['*'],
    reason:
      'Built anew beside readers and writers: SHARE UPDATE EXCLUSIVE. A failed attempt leaves an invalid index named …_ccnew, which has to be dropped',
  };
}

function refresh(statement: RefreshMatViewStmt, sql: string, context: OnlineContext): StepDraft {
  const written = nameOf(statement.relation);
  const view = context.before.views.find(
    ({ schema, name, materialized }) =>
      materialized && name === written.name && (written.schema === '' || schema === written.schema),
  );
  const columns = new Set(view?.columns.map(({ name }) => name));
  const unique = view?.indexes.some(
    (index) =>
      index.unique &&
      index.valid &&
      index.predicate === undefined &&
      index.keys.every((key) => columns.has(key) || columns.has(key.replaceAll(/^"|"$/g, ''))),
  );
  const common = { phase: 'backfill' as const, undo: '', statementTimeoutMs: 0, concerns: ['*'] };
  if (statement.concurrent || statement.skipData || !unique)
    return {
      ...common,
      sql,
      transaction: true,
      reason: statement.concurrent
        ? 'Readers go on meanwhile'
        : `Readers of ${written.name} wait until it is done${unique ? '' : ': only with a unique index over plain columns can it be refreshed beside them'}`,
    };
  return {
    ...common,
    sql: sql.replace(/^(\s*REFRESH\s+MATERIALIZED\s+VIEW)\b/i, '$1 CONCURRENTLY'),
    transaction: true,
    reason: `Readers of ${written.name} go on meanwhile: EXCLUSIVE on it, slower than a plain refresh`,
  };
}

function vacuum(
  tree: Extract<Node, { VacuumStmt: unknown } | { ClusterStmt: unknown }>,
  sql: string,
  context: OnlineContext,
): StepDraft {
  const relation =
    'ClusterStmt' in tree
      ? tree.ClusterStmt.relation
      : tree.VacuumStmt.rels?.flatMap((node) =>
          'VacuumRelation' in node ? (node.VacuumRelation.relation ?? []) : [],
        )[0];
  const full = 'ClusterStmt' in tree || /\bFULL\b/i.test(sql);
  const written = nameOf(relation);
  const analyze = 'VacuumStmt' in tree && tree.VacuumStmt.is_vacuumcmd !== true;
  if (full && !isFresh(written, context)) {
    const table = existing(written, context);
    const because = table && smallness({ table, name: quote.name(table), context });
    if (because === undefined)
      fail(
        'change.refused',
        `${'ClusterStmt' in tree ? 'CLUSTER' : 'VACUUM FULL'} writes ${written.name || 'every table'} anew while everybody waits, and has no form that lets others through.`,
        {
          hint: 'pg_repack or pg_squeeze do the same beside readers and writers; leave it out of the change.',
        },
      );
  }
  return {
    sql,
    phase: 'backfill',
    transaction: analyze || 'ClusterStmt' in tree,
    undo: '',
    statementTimeoutMs: 0,
    ...(analyze ? { concerns: [] } : {}),
    reason: full ? 'Written anew: ACCESS EXCLUSIVE for a moment' : 'Runs beside readers and writers',
  };
}

/** Promises of a domain hold for new rows at once; only reading the old ones makes writers wait. */
function domain(
  { subtype, typeName, def }: AlterDomainStmt,
  sql: string,
  context: OnlineContext,
): readonly StepDraft[] | undefined {
  const written = nameFrom(typeName);
  const known = context.before.types.find(
    (type) => type.name === written.name && (written.schema === '' || type.schema === written.schema),
  );
  if (!known) return undefined;
  const own = `ALTER DOMAIN ${quote.name(known)}`;
  const names = [quote.full(known), quote.name(known), quote.identifier(known.name)];
  const users = context.before.tables
    .filter(({ columns }) => columns.some(({ type }) => names.includes(type)))
    .map((table) => table.name);
  const waits =
    users.length === 0
      ? 'No table uses it'
      : `SHARE on ${users.join(', ')} while its rows are read: writers wait, readers do not; nothing lighter validates a domain`;
  const constraint = subtype === 'C' ? constraintIn(def) : undefined;
  if (constraint?.contype === 'CONSTR_CHECK' && !constraint.skip_validation) {
    const own_name = constraint.conname ?? freeCheck(known.name, known.definition);
    const quoted = quote.identifier(own_name);
    const body = /\bCHECK\b.*$/is.exec(sql)![0];
    return [
      quick(
        `${own} ADD CONSTRAINT ${quoted} ${body} NOT VALID`,
        'Holds for new rows at once, and reads none: no table is locked',
        `${own} DROP CONSTRAINT ${quoted}`,
      ),
      {
        sql: `${own} VALIDATE CONSTRAINT ${quoted}`,
        phase: 'expand',
        transaction: true,
        undo: '',
        statementTimeoutMs: 0,
        reason: waits,
      },
    ];
  }
  if (subtype === 'V')
    return [{ sql, phase: 'expand', transaction: true, undo: '', statementTimeoutMs: 0, reason: waits }];
  if (subtype === 'O')
    return [
      {
        sql,
        phase: 'contract',
        transaction: true,
        undo: `${own} DROP NOT NULL`,
        statementTimeoutMs: 0,
        reason: waits,
      },
    ];
  return undefined;
}

/** The name that the server gives a check of a domain. */
function freeCheck(name: string, definition: string): string {
  for (let n = 0; ; n++) {
    const own = `${name}_check${n === 0 ? '' : n}`;
    if (!definition.includes(`CONSTRAINT ${quote.identifier(own)} `)) return own;
  }
}
