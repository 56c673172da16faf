import type { Name } from '../../../catalog/model.ts';
import type { StepDraft } from '../../../engine/model.ts';
import { quote } from '../quote.ts';
import { granted } from './carried.ts';
import { mentions } from './columns-in.ts';
import { quick, type Place } from './place.ts';

/** What a view over one table passes on. */
const passedOn: ReadonlySet<string> = new Set(['SELECT', 'INSERT', 'UPDATE', 'DELETE']);

/** RENAME of a table with both names alive: in the same transaction an updatable view takes the old name, and goes last. A sentence when that cannot be. */
export function renameTable({ table, name, context }: Place, to: string): readonly StepDraft[] | string {
  if (table.kind === 'foreign') return 'it is a foreign table';
  if (table.rowSecurity !== 'off' && context.serverVersion < 150_000)
    return 'before PostgreSQL 15 a view does not keep row security of those who ask it';
  const { all = [], earlier = [] } = context;
  const others = all.filter((_sql, at) => at !== earlier.length);
  if (others.some((sql) => mentions(sql, table.name))) return 'another statement of this change names it too';
  const renamed: Name = { schema: table.schema, name: to };
  const invoker = context.serverVersion >= 150_000 ? ' WITH (security_invoker = true)' : '';
  const view = [
    `CREATE VIEW ${name}${invoker} AS SELECT * FROM ${quote.name(renamed)}`,
    ...table.grants.filter(({ privilege }) => passedOn.has(privilege)).map((grant) => granted(grant, name)),
    ...table.columns.flatMap((column) =>
      column.grants
        .filter(({ privilege }) => passedOn.has(privilege))
        .map((grant) =>
          granted({ ...grant, privilege: `${grant.privilege} (${quote.identifier(column.name)})` }, name),
        ),
    ),
  ].join(';\n');
  return [
    quick(
      `ALTER TABLE ${name} RENAME TO ${quote.identifier(to)};\n${view}`,
      `Both names live: an updatable view keeps the old one, with the rights of those who ask${invoker ? '' : ' as far as they are granted on it'}, in the same transaction: ACCESS EXCLUSIVE for a moment. COPY into the old name, TRUNCATE and, before PostgreSQL 17, MERGE do not pass through a view`,
      `DROP VIEW IF EXISTS ${name};\nALTER TABLE ${quote.name(renamed)} RENAME TO ${quote.identifier(table.name)}`,
    ),
    {
      sql: `DROP VIEW ${name}`,
      phase: 'contract',
      transaction: true,
      undo: view,
      concerns: [table.name],
      reason: `Last, when nothing asks for ${table.name} any more`,
    },
  ];
}
