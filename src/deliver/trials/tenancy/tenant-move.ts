/** Takes one tenant to another database and deletes it where it was; rows are counted and fingerprinted on both sides. */
import { findTable, foreignKeysFrom } from '../../../catalog/find.ts';
import { keyOf } from '../../../catalog/identity.ts';
import type { Catalog, Name, Table } from '../../../catalog/model.ts';
import { orderByNeed } from '../../../base/graph.ts';
import type { DesignedTenancy } from '../../../design/model.ts';
import { deleteStatements, tenantParts, type TenantRows } from '../../../design/tenancy/scripts.ts';
import { tenantSetting } from '../../../design/tenancy/who.ts';
import type { Session } from '../../../engine/model.ts';
import type { SandboxDatabase, SandboxRole } from '../../../sandbox/model.ts';
import type { Stage } from '../../deliverables/model.ts';
import { addParts } from '../../twin/twin-parts.ts';
import { applyTo } from '../../twin/twin.ts';
import { preparedPatterns } from '../roles/role-queries.ts';
import { crossingChecks, crossingsOf, type Crossing } from './tenant-crossings.ts';
import { attempted, count, tenantCheck, untried, type TenantCheck } from './tenant-scene.ts';
import { twoTenants } from './tenants.ts';

const dayMs = 86_400_000;

export interface MoveOptions {
  readonly stage: Stage;
  readonly tenancy: DesignedTenancy;
  /** Filled copy that belongs to the trial. */
  readonly database: SandboxDatabase;
  readonly member: SandboxRole;
}

/** The move, the queries of the task on both sides, and the deletion. */
export async function tryMove({
  stage,
  tenancy,
  database,
  member,
}: MoveOptions): Promise<readonly TenantCheck[]> {
  const { engine, sandbox, planned } = stage;
  const parts = tenantParts(planned.after, tenancy, engine.quote);
  if (parts.circular.length > 0)
    return [
      untried(
        'move a tenant',
        'equal rows',
        `${parts.circular.map(({ name }) => name).join(', ')} refer to each other in a circle`,
      ),
    ];
  const elsewhere = await sandbox.createDatabase({ from: stage.current });
  try {
    await applyTo(engine, elsewhere, planned.change, stage);
    // The twin was filled up to a moment that is past by now: one day more leads no row out of range.
    const until = new Date(Date.now() - dayMs);
    await addParts(engine, [elsewhere], planned.design.parted, stage.twin.volumes, until);
    const source = await engine.connect(database.adminUrl, { application: 'dbd move' });
    const target = await engine.connect(elsewhere.adminUrl, { application: 'dbd move' });
    try {
      const role = engine.quote.identifier(member.name);
      for (const schema of new Set(
        planned.after.tables.map((table) => engine.quote.identifier(table.schema)),
      ))
        // A query that locks the rows that it reads asks for the right to change them.
        await source.run(
          `GRANT USAGE ON SCHEMA ${schema} TO ${role}; GRANT SELECT, UPDATE ON ALL TABLES IN SCHEMA ${schema} TO ${role}`,
        );
      const tenants = await twoTenants(source, stage, tenancy);
      if (!tenants) return [untried('move a tenant', 'equal rows', 'The twin holds no rows of two tenants.')];
      const { own } = tenants;
      const all = planned.after.tables.filter((table) => !table.partitionOf);
      // Histories refuse to be emptied, and what the change itself inserted comes along with the rows.
      for (const table of all)
        await target.query(`ALTER TABLE ${engine.quote.name(table)} DISABLE TRIGGER USER`);
      await target.query(`TRUNCATE ${all.map((table) => engine.quote.name(table)).join(', ')}`);
      for (const table of sharedInOrder(planned.after, parts.shared))
        await copy(stage, source, target, table);
      const crossings = await crossingsOf(stage, tenancy, source, parts.rows, own);
      // Without what leads to other tenants the rest can still be moved.
      for (const { from, constraint, out } of crossings)
        if (out > 0)
          await target.query(
            `ALTER TABLE ${engine.quote.name(from)} DROP CONSTRAINT ${engine.quote.identifier(constraint)}`,
          );
      const moved = async (): Promise<readonly TenantCheck[]> => {
        for (const part of parts.rows) await copy(stage, source, target, part.table, part, own);
        return [
          ...(await compared(stage, source, target, parts.rows, own)),
          ...(await attempted(stage, `reads as tenant ${own}`, () =>
            sameAnswers({ stage, tenancy, database, member }, target, own),
          )),
        ];
      };
      return [
        ...crossingChecks(crossings),
        ...(await attempted(stage, `move tenant ${own} to another database`, moved)),
        ...(await attempted(stage, `delete tenant ${own}`, () =>
          deleted(stage, source, parts, own, crossings),
        )),
      ];
    } finally {
      await target.close();
      await source.close();
    }
  } finally {
    await sandbox.dropDatabase(elsewhere);
  }
}

/** Tables that all tenants share and those that these need, parents first. */
function sharedInOrder(catalog: Catalog, names: readonly Name[]): readonly Table[] {
  const tables = names.flatMap((name) => findTable(catalog, name) ?? []);
  const parents = (table: Table): Table[] => foreignKeysFrom(catalog, table).flatMap(({ to }) => to ?? []);
  for (const table of tables) for (const to of parents(table)) if (!tables.includes(to)) tables.push(to);
  const { ordered, circular } = orderByNeed(tables, parents);
  return [...ordered, ...circular];
}

/** Copies rows as text, as COPY would, with triggers at rest. */
async function copy(
  { engine }: Stage,
  source: Session,
  target: Session,
  table: Table,
  part?: TenantRows,
  tenant?: string,
): Promise<void> {
  const { quote } = engine;
  const name = quote.name(table);
  const columns = table.columns.filter(({ generated }) => !generated);
  const names = columns.map((column) => quote.identifier(column.name));
  const { rows } = await source.query<Record<string, string | null>>(
    `SELECT ${names.map((each, i) => `${each}::text AS v${i}`).join(', ')} FROM ${name}${part ? ` WHERE (${part.tenant})::text = $1` : ''}`,
    part ? [tenant] : [],
  );
  await target.query(
    `INSERT INTO ${name} (${names.join(', ')}) OVERRIDING SYSTEM VALUE
     SELECT ${columns.map((column, i) => `v${i}::${column.type}`).join(', ')}
     FROM unnest(${columns.map((_, i) => `$${i + 1}::text[]`).join(', ')}) AS line (${columns.map((_, i) => `v${i}`).join(', ')})`,
    columns.map((_, i) => rows.map((row) => row[`v${i}`])),
  );
}

/** A view of some rows of a table, so that they can be fingerprinted like a table. */
async function fingerprint(
  { engine }: Stage,
  session: Session,
  { table, columns, tenant }: TenantRows,
  condition: string,
  value: string,
): Promise<string> {
  const { quote } = engine;
  const view = { schema: 'public', name: 'dbd_one_tenant' };
  await session.query(
    `CREATE VIEW ${quote.name(view)} AS SELECT * FROM ${quote.name(table)} WHERE (${tenant})::text ${condition} ${quote.literal(value)}`,
  );
  try {
    const { rows, hash } = await engine.probe.fingerprint(session, view, columns);
    return `${rows} rows ${hash}`;
  } finally {
    await session.query(`DROP VIEW ${quote.name(view)}`);
  }
}

async function compared(
  stage: Stage,
  source: Session,
  target: Session,
  parts: readonly TenantRows[],
  tenant: string,
): Promise<readonly TenantCheck[]> {
  const { quote } = stage.engine;
  const different: string[] = [];
  let [rows, foreign] = [0, 0];
  for (const part of parts) {
    const before = await fingerprint(stage, source, part, '=', tenant);
    const after = await fingerprint(stage, target, part, '=', tenant);
    if (before !== after) different.push(part.table.name);
    rows += Number.parseInt(after, 10);
    foreign += await count(
      target,
      `SELECT count(*) AS n FROM ${quote.name(part.table)} WHERE (${part.tenant})::text IS DISTINCT FROM $1`,
      [tenant],
    );
  }
  return [
    tenantCheck(
      `move tenant ${tenant} to another database: rows and fingerprints of ${parts.length} tables`,
      `${rows} rows, equal`,
      different.length === 0 ? `${rows} rows, equal` : `${different.join(', ')} differ`,
    ),
    tenantCheck('rows of other tenants in the other database', '0', String(foreign)),
  ];
}

/** The task's reads answer the tenant's role what they answer where nobody else's rows are. */
async function sameAnswers(
  { stage, database, member }: MoveOptions,
  target: Session,
  tenant: string,
): Promise<readonly TenantCheck[]> {
  const { engine } = stage;
  const reads = (await preparedPatterns(stage, database, 20)).filter(({ kind }) => kind === 'read');
  const session = await engine.connect(member.url(database), {
    application: 'dbd tenant',
    statementTimeoutMs: 30_000,
    settings: { [tenantSetting]: tenant },
  });
  const checks: TenantCheck[] = [];
  let found = 0;
  try {
    for (const { id, sql, sets } of reads) {
      const limited = engine.grammar.shape(sql).limit;
      let [rows, different] = [0, 0];
      for (const values of sets) {
        const mine = await session.query(sql, values);
        const alone = await target.query(sql, values);
        rows += mine.count;
        // With a limit, ties may come in another order; then only the number of rows says something.
        const same = limited ? mine.count === alone.count : sorted(mine.rows) === sorted(alone.rows);
        if (!same) different += 1;
      }
      found += rows;
      const attempt = `${id} as tenant ${tenant}, and where only its rows are (${sets.length} times, ${rows} rows)`;
      checks.push(
        tenantCheck(
          attempt,
          'the same answers',
          different === 0 ? 'the same answers' : `${different} differ`,
        ),
      );
    }
    if (checks.length > 0 && found === 0)
      checks.push(untried(`reads as tenant ${tenant}`, 'the same answers', 'no call found a row'));
    return checks;
  } finally {
    await session.close();
  }
}

function sorted(rows: readonly unknown[]): string {
  return rows
    .map((row) => JSON.stringify(row))
    .toSorted()
    .join('\n');
}

async function deleted(
  stage: Stage,
  session: Session,
  parts: ReturnType<typeof tenantParts>,
  tenant: string,
  crossings: readonly Crossing[],
): Promise<readonly TenantCheck[]> {
  const { quote } = stage.engine;
  const held = crossings.filter(({ into }) => into > 0);
  if (held.length > 0)
    return [
      untried(
        `delete tenant ${tenant}`,
        '0',
        `could not be tried: rows of other tenants refer to its rows by ${held.map(({ constraint }) => constraint).join(', ')}`,
      ),
    ];
  const others = async (): Promise<string> => {
    const all: string[] = [];
    for (const part of parts.rows)
      all.push(`${keyOf(part.table)} ${await fingerprint(stage, session, part, '<>', tenant)}`);
    return all.join('\n');
  };
  const before = await others();
  for (const sql of deleteStatements(quote, parts))
    await session.query(sql, sql.includes('$1') ? [tenant] : []);
  let left = 0;
  for (const { table, tenant: whose } of parts.rows)
    left += await count(
      session,
      `SELECT count(*) AS n FROM ${quote.name(table)} WHERE (${whose})::text = $1`,
      [tenant],
    );
  return [
    tenantCheck(`delete tenant ${tenant}: its rows afterwards`, '0', String(left)),
    tenantCheck(
      'rows of other tenants afterwards',
      'unchanged',
      before === (await others()) ? 'unchanged' : 'changed',
    ),
  ];
}
