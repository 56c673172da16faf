import { SqlError } from '../../../base/error.ts';
import type { Sequence, Table } from '../../../catalog/model.ts';
import type { Session } from '../../../engine/session/model.ts';
import { partPath, tablePath, type Making } from './making.ts';
import type { Mended } from './runner.ts';
import { defaultsDdl, tableDdl, whole, type Lacking } from './tables.ts';

/** Makes a table without the columns, collations, defaults and generated values that the server cannot have; undefined when that is not enough. */
export async function mendTable(
  session: Session,
  { table }: Making,
  sequences: ReadonlyMap<string, Sequence>,
): Promise<Mended | undefined> {
  if (!table) return undefined;
  const missing = await missingIn(session, table);
  const usual: Lacking = { ...whole, ...missing };
  const attempts = [
    ...(missing.columns.size + missing.collations.size > 0 ? [usual] : []),
    { ...usual, defaults: true },
    { ...usual, defaults: true, generated: true },
  ];
  for (const lacking of attempts) {
    if (await makes(session, tableDdl(table, sequences, lacking).sql))
      return {
        ...lossOf(table, lacking),
        later: lacking.defaults
          ? defaultsDdl({ ...table, columns: table.columns.filter(({ name }) => !lacking.columns.has(name)) })
          : [],
      };
  }
  return undefined;
}

async function makes(session: Session, sql: string): Promise<boolean> {
  try {
    await session.query(sql);
    return true;
  } catch (error) {
    if (error instanceof SqlError) return false;
    throw error;
  }
}

async function missingIn(session: Session, table: Table): Promise<Pick<Lacking, 'columns' | 'collations'>> {
  const columns = new Set<string>();
  const collations = new Set<string>();
  for (const { name, type, collation } of table.columns) {
    if (!(await knows(session, 'to_regtype', type))) columns.add(name);
    if (collation !== undefined && !(await knows(session, 'to_regcollation', collation)))
      collations.add(name);
  }
  return { columns, collations };
}

async function knows(
  session: Session,
  look: 'to_regtype' | 'to_regcollation',
  name: string,
): Promise<boolean> {
  try {
    const { rows } = await session.query<{ known: boolean }>(
      `SELECT pg_catalog.${look}($1) IS NOT NULL AS known`,
      [name],
    );
    return rows[0]?.known === true;
  } catch (error) {
    if (error instanceof SqlError) return false;
    throw error;
  }
}

function lossOf(table: Table, lacking: Lacking): Pick<Mended, 'lost' | 'otherwise'> {
  const path = (name: string): string => partPath(tablePath(table), 'column', name);
  const there = table.columns.filter(({ name }) => !lacking.columns.has(name));
  return {
    lost: [
      ...table.columns
        .filter(({ name }) => lacking.columns.has(name))
        .map(({ name, type }) => ({ path: path(name), why: `its type ${type} is not known here` })),
      ...table.constraints
        .filter(({ kind, columns: [column = ''] }) => kind === 'not-null' && lacking.columns.has(column))
        .map((constraint) => ({
          path: partPath(tablePath(table), 'constraint', constraint.name),
          why: `the column ${constraint.columns.join()} is left out`,
        })),
    ],
    otherwise: there.flatMap(({ name, collation, generated }) => [
      ...(lacking.collations.has(name)
        ? [{ path: `${path(name)} collation`, why: `the collation ${collation} is not known here` }]
        : []),
      ...(generated && lacking.generated
        ? [
            {
              path: `${path(name)} generated`,
              why: 'its expression cannot be computed here; it is an ordinary column',
            },
          ]
        : []),
    ]),
  };
}
