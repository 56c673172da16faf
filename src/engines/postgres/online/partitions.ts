import type { AlterTableCmd, CreateStmt } from 'libpg-query';
import { fitBytes } from '../../../base/text.ts';
import { sameName } from '../../../catalog/identity.ts';
import type { Index, Name, Table } from '../../../catalog/model.ts';
import type { OnlineContext, StepDraft } from '../../../engine/model.ts';
import { lex } from '../grammar/lex.ts';
import { nameOf } from '../grammar/tree.ts';
import { quote } from '../quote.ts';
import { clearInvalid, columnOf, defaultName, existing, isFresh, quick, type Place } from './place.ts';
import { boundCondition } from './partition-bound.ts';
import { mentions } from './columns-in.ts';
import { bare, is, treeOfText } from './text.ts';

/** ATTACH PARTITION: what it would read or build under its locks is proven and built before, beside everybody. */
export function attach(place: Place, cmd: AlterTableCmd, text: string): readonly StepDraft[] {
  const { table, name, context } = place;
  const command = cmd.def && 'PartitionCmd' in cmd.def ? cmd.def.PartitionCmd : undefined;
  const written = nameOf(command?.name);
  const child = isFresh(written, context) ? undefined : existing(written, context);
  const own = quote.name(child ?? { schema: written.schema || 'public', name: written.name });
  const condition = boundCondition(table, text);
  const undo = `ALTER TABLE ${name} DETACH PARTITION ${own}`;
  const alone = (reason: string): StepDraft => ({
    ...quick(`ALTER TABLE ${name} ${text}`, reason, undo),
    concerns: [written.name],
    closes: `table ${written.name}`,
  });
  if (condition === undefined && !(child === undefined && defaultOf(context, table) === undefined))
    return [
      alone(
        `Reads ${written.name} under ACCESS EXCLUSIVE${defaultOf(context, table) ? ', and the default partition too' : ''}: from a bound like this no CHECK is made that would prove it`,
      ),
    ];
  const proof =
    child &&
    known(context, child.name) === undefined &&
    proven({ ...place, table: child, name: own }, `${child.name}_bound`, condition!);
  const rest = condition === undefined ? undefined : defaultProof(place, written, condition);
  const built = child ? indexesFor(place, { ...place, table: child, name: own }) : [];
  return [
    ...built,
    ...(proof ? proof.before : []),
    ...(rest?.before ?? []),
    alone(
      `SHARE UPDATE EXCLUSIVE on ${table.name}; ${child ? `ACCESS EXCLUSIVE on ${child.name} for a moment: its CHECK proves the bound, so nothing is read` : 'the new table is empty'}${rest ? ', nor in the default partition' : ''}`,
    ),
    ...(child && condition
      ? proven({ ...place, table: child, name: own }, `${child.name}_bound`, condition).after
      : []),
    ...(rest?.after ?? []),
  ];
}

/** CREATE TABLE … PARTITION OF a table in use: made alone, then attached; undefined where the statement says more than that. */
export function partitionOf(
  statement: CreateStmt,
  sql: string,
  context: OnlineContext,
): readonly StepDraft[] | undefined {
  const [relation] = statement.inhRelations ?? [];
  const written = nameOf(relation && 'RangeVar' in relation ? relation.RangeVar : undefined);
  const table = isFresh(written, context) ? undefined : existing(written, context);
  const more =
    statement.partspec ||
    statement.accessMethod ||
    statement.tablespacename ||
    statement.if_not_exists ||
    statement.relation?.relpersistence !== 'p' ||
    (statement.tableElts ?? []).length > 0 ||
    (statement.options ?? []).length > 0;
  // A default partition or an identity is not made by LIKE and ATTACH as it is in one.
  const special = table?.columns.some(({ identity }) => identity !== undefined) === true;
  if (!statement.partbound || !table || more || special) return undefined;
  const own = nameOf(statement.relation);
  const child = quote.name({ schema: own.schema || 'public', name: own.name });
  const place: Place = { table, name: quote.name(table), context };
  const tokens = lex(sql);
  const from = tokens.findIndex(
    (token, at) =>
      (is(token, 'for') && is(tokens[at + 1], 'values')) ||
      (is(token, 'default') && at === tokens.length - 1),
  );
  const bound = sql.slice(tokens[from]!.from);
  const condition = boundCondition(table, bound);
  const spare = defaultOf(context, table);
  if (spare && condition === undefined) return undefined;
  const rest = condition === undefined ? undefined : defaultProof(place, own, condition);
  return [
    ...(rest?.before ?? []),
    quick(
      `CREATE TABLE ${child} (LIKE ${place.name} INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING GENERATED INCLUDING STORAGE INCLUDING COMPRESSION);\nALTER TABLE ${place.name} ATTACH PARTITION ${child} ${bound}`,
      `Made alone and attached: SHARE UPDATE EXCLUSIVE on ${table.name}, where PARTITION OF takes ACCESS EXCLUSIVE${rest ? '; a CHECK proves that the default partition holds none of its rows' : ''}`,
      `DROP TABLE ${child}`,
    ),
    ...(rest?.after ?? []),
  ];
}

/** DETACH PARTITION beside readers and writers. */
export function detach(place: Place, cmd: AlterTableCmd, text: string): readonly StepDraft[] {
  const { table, name, context } = place;
  const command = cmd.def && 'PartitionCmd' in cmd.def ? cmd.def.PartitionCmd : undefined;
  const child = existing(nameOf(command?.name), context);
  const undo =
    child?.partitionOf &&
    `ALTER TABLE ${name} ATTACH PARTITION ${quote.name(child)} ${child.partitionOf.bound}`;
  const alone = (because: string): StepDraft => ({
    ...quick(
      `ALTER TABLE ${name} ${text}`,
      `ACCESS EXCLUSIVE on ${table.name} and the partition for a moment. CONCURRENTLY is not possible, because ${because}`,
      undo,
      'contract',
    ),
    concerns: [child?.name ?? ''],
  });
  if (!child) return [alone('an earlier statement of this change makes the partition')];
  if (context.serverVersion < 140_000) return [alone('it came with PostgreSQL 14')];
  if (defaultOf(context, table)) return [alone(`${table.name} has a default partition`)];
  const own = quote.name(child);
  const known = child.constraints.map((constraint) => quote.literal(constraint.name)).join(', ');
  return [
    {
      sql: `ALTER TABLE ${name} DETACH PARTITION ${own} CONCURRENTLY`,
      phase: 'contract',
      transaction: false,
      ...(undo ? { undo } : {}),
      concerns: [child.name],
      statementTimeoutMs: 0,
      reason: `SHARE UPDATE EXCLUSIVE on ${table.name}; waits for those who use it, while nobody waits behind it. Stopped half way, ALTER TABLE … DETACH PARTITION … FINALIZE completes it`,
    },
    {
      sql: `DO $check$
DECLARE
  made name;
BEGIN
  FOR made IN SELECT conname FROM pg_catalog.pg_constraint WHERE conrelid = ${quote.literal(quote.full(child))}::regclass AND contype = 'c'${known && ` AND conname <> ALL (ARRAY[${known}]::name[])`} LOOP
    EXECUTE format('ALTER TABLE ${own.replaceAll("'", "''").replaceAll('%', '%%')} DROP CONSTRAINT %I', made);
  END LOOP;
END
$check$`,
      phase: 'contract',
      transaction: true,
      undo: '',
      concerns: [child.name],
      reason: 'The CHECK that repeats the bound, which only the concurrent form leaves, goes again',
    },
  ];
}

/** The bound under which a later statement attaches the table, once it is renamed, to a new one that takes its name: the bound is proven before the rename. */
export function provenBefore(place: Place, to: string): readonly StepDraft[] {
  const { context, table } = place;
  const now = context.earlier?.length ?? 0;
  for (const sql of (context.all ?? []).slice(now + 1)) {
    if (!/\bATTACH\b/i.test(sql) || !mentions(sql, to)) continue;
    const key = keyMade(context.all ?? [], table.name);
    const text = bare(sql).slice(bare(sql).search(/\bATTACH\b/i));
    const condition = key && boundCondition({ ...table, partitionKey: key }, text);
    return condition ? proven(place, `${to}_bound`, condition).before : [];
  }
  return [];
}

/** Key of a partitioned table that a statement of the change makes. */
export function keyMade(texts: readonly string[], table: string): string | undefined {
  for (const sql of texts) {
    if (!/\bPARTITION\s+BY\b/i.test(sql)) continue;
    const tree = treeOfText(bare(sql));
    if (!('CreateStmt' in tree) || tree.CreateStmt.relation?.relname !== table) continue;
    const { strategy, partParams = [] } = tree.CreateStmt.partspec ?? {};
    const columns = partParams.flatMap((node) =>
      'PartitionElem' in node && node.PartitionElem.name ? [quote.identifier(node.PartitionElem.name)] : [],
    );
    const word = { PARTITION_STRATEGY_RANGE: 'RANGE', PARTITION_STRATEGY_LIST: 'LIST' }[String(strategy)];
    return word && columns.length === partParams.length ? `${word} (${columns.join(', ')})` : undefined;
  }
  return undefined;
}

/** The name a table had before an earlier statement renamed it and proved its bound. */
function known({ earlier = [] }: OnlineContext, child: string): string | undefined {
  return earlier.find((sql) => /\bRENAME\s+TO\b/i.test(sql) && mentions(sql, child));
}

function defaultOf({ before }: OnlineContext, table: Name): Table | undefined {
  return before.tables.find(
    ({ partitionOf: parent }) => parent && sameName(parent, table) && parent.bound === 'DEFAULT',
  );
}

/** A CHECK that says of the default partition what ATTACH would read it for. */
function defaultProof(place: Place, child: Name, condition: string): ReturnType<typeof proven> | undefined {
  const spare = defaultOf(place.context, place.table);
  if (!spare || spare.kind !== 'table') return undefined;
  return proven(
    { ...place, table: spare, name: quote.name(spare) },
    `${spare.name}_not_${child.name}`,
    `NOT (${condition})`,
  );
}

function proven(
  { name, table }: Place,
  base: string,
  condition: string,
): { readonly before: readonly StepDraft[]; readonly after: readonly StepDraft[] } {
  const check = quote.identifier(fitBytes(base, quote.maxBytes));
  const drop = `ALTER TABLE ${name} DROP CONSTRAINT IF EXISTS ${check}`;
  return {
    before: [
      quick(
        `ALTER TABLE ${name} ADD CONSTRAINT ${check} CHECK (${condition}) NOT VALID`,
        `Proves the bound of ${table.name} before: ACCESS EXCLUSIVE on it for a moment, nothing is read`,
        drop,
      ),
      {
        sql: `ALTER TABLE ${name} VALIDATE CONSTRAINT ${check}`,
        phase: 'expand',
        transaction: true,
        undo: '',
        statementTimeoutMs: 0,
        probe: `SELECT * FROM ${name} WHERE NOT (${condition}) LIMIT 1`,
        reason: 'Checks the rows while readers and writers go on: SHARE UPDATE EXCLUSIVE',
      },
    ],
    after: [
      quick(
        drop.replace(' IF EXISTS', ''),
        'The proof is no longer needed: ACCESS EXCLUSIVE for a moment',
        '',
      ),
    ],
  };
}

/** Indexes of the whole that the new part lacks; ATTACH would build them while everybody waits. */
function indexesFor({ table: parent }: Place, child: Place): readonly StepDraft[] {
  const same = (a: Index, b: Index): boolean =>
    a.method === b.method &&
    a.unique === b.unique &&
    a.keys.join('\0') === b.keys.join('\0') &&
    a.includes.join('\0') === b.includes.join('\0') &&
    a.predicate === b.predicate;
  const missing = parent.indexes.filter(
    (index) =>
      !child.table.indexes.some((own) => same(index, own)) &&
      // A key needs what the server would otherwise look for, or refuse.
      !(index.primary && child.table.indexes.some(({ primary }) => primary)) &&
      !(index.primary && index.keys.some((key) => !columnOf(child, key)?.notNull)) &&
      (index.constraint === undefined || (index.unique && index.method === 'btree')),
  );
  return missing.flatMap((index): StepDraft[] => {
    const words = index.keys.map((key) => (/^[\p{L}\p{N}_]+$/u.test(key) ? key : 'expr'));
    const suffix = index.primary ? 'pkey' : index.constraint === undefined ? 'idx' : 'key';
    const name = quote.identifier(defaultName(child, index.primary ? [] : words, suffix));
    const qualified =
      child.table.schema === 'public' ? name : `${quote.identifier(child.table.schema)}.${name}`;
    const body = index.definition.slice(index.definition.indexOf(' USING '));
    const built: StepDraft = {
      sql: `${clearInvalid(qualified, child.context)};\nCREATE ${index.unique ? 'UNIQUE ' : ''}INDEX CONCURRENTLY ${name} ON ${child.name}${body}`,
      phase: 'expand',
      transaction: false,
      undo: `DROP INDEX CONCURRENTLY IF EXISTS ${qualified}`,
      undoOutside: true,
      statementTimeoutMs: 0,
      reason: `What ${index.name} is for the whole; ATTACH takes it over instead of building it while everybody waits`,
    };
    if (index.constraint === undefined) return [built];
    const constraint = parent.constraints.find((each) => each.name === index.constraint);
    const deferrable = `${constraint?.deferrable ? ' DEFERRABLE' : ''}${constraint?.deferred ? ' INITIALLY DEFERRED' : ''}`;
    return [
      built,
      quick(
        `ALTER TABLE ${child.name} ADD CONSTRAINT ${name} ${index.primary ? 'PRIMARY KEY' : 'UNIQUE'} USING INDEX ${name}${deferrable}`,
        'Takes over the finished index: ACCESS EXCLUSIVE for a moment',
        `ALTER TABLE ${child.name} DROP CONSTRAINT IF EXISTS ${name}`,
      ),
    ];
  });
}
