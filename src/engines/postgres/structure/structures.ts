import { SqlError } from '../../../base/error.ts';
import { printPart } from '../../../catalog/identity.ts';
import type { Catalog } from '../../../catalog/model.ts';
import type { NotExact } from '../../../engine/hollow/model.ts';
import type { Session } from '../../../engine/session/model.ts';
import type {
  RestoredStructure,
  Structures,
  StructureTarget,
  WantedStructure,
} from '../../../engine/structure/model.ts';
import { connect } from '../connect.ts';
import { inspect } from '../inspect/inspect.ts';
import { defaultRights } from './default-rights.ts';
import { installWrapper, restoreServers, wrapperName } from './foreign.ts';
import { idleExtensions } from './idle-extensions.ts';
import { localesOf, versionLost } from './locales.ts';
import { adminSession, make } from './make.ts';
import { id } from './making.ts';
import { markStates } from './marks.ts';
import { orderLost } from './order-check.ts';
import { notMade, otherPath } from './others.ts';
import { moveSequences } from './places.ts';
import { planOf } from './plan.ts';
import { rightsOf, publicRights, type Given } from './rights.ts';
import { restoreRoles } from './roles.ts';
import type { LeftOut } from './runner.ts';
import { restoreSettings } from './settings.ts';

/** Milliseconds of one statement of the owner. */
const limitMs = 60_000;

/** Structures of PostgreSQL. */
export const structures: Structures = {
  async restore(target, wanted) {
    const admin = await connect(target.adminUrl, adminSession);
    try {
      return await restore(admin, target, wanted);
    } finally {
      await admin.close();
    }
  },
  locales: localesOf,
};

async function restore(
  admin: Session,
  target: StructureTarget,
  wanted: WantedStructure,
): Promise<RestoredStructure> {
  const { catalog, order, part } = wanted;
  const roles = target.roles ? await restoreRoles(admin, target.owner, wanted.roles) : undefined;
  const prepared = part === 'finish' ? { leftOut: [], otherwise: [] } : await prepare(admin, target, catalog);
  const { statements, leftOut, otherwise } = await make(planOf(catalog, order), part, {
    url: target.ownerUrl,
    catalog,
    signal: target.signal,
    limitMs,
    ...(part === 'finish' ? { there: await pathsIn(admin) } : {}),
  });
  const early = {
    leftOut: [...prepared.leftOut, ...leftOut],
    notExact: notes([...prepared.otherwise, ...otherwise]),
  };
  if (part === 'tables') return { statements, ...early };
  target.signal.throwIfAborted();
  await markStates(admin, catalog);
  const lost = [...early.leftOut, ...neverMade(catalog)];
  const places = notes([
    ...(await moveSequences(admin, wanted.sequences ?? [])),
    ...(await versionLost(admin, wanted.locale)),
    ...(await orderLost(admin, catalog, order)),
  ]);
  if (!roles)
    return {
      statements,
      leftOut: lost,
      notExact: [...early.notExact, ...places, { what: 'roles', why: notOurs }],
    };
  const rights = await rightsOf(admin, catalog, {
    owner: target.owner,
    known: roles.known,
    grantees: roles.grantees,
    onPublic: await publicRights(admin),
  });
  const given = [...rights.statements, ...defaultRights(catalog, roles.known, roles.grantees)];
  const refused = await give(admin, given, lost);
  const settings = await restoreSettings(admin, wanted.settings, roles.known);
  const told = new Set(roles.leftOut.map(({ path }) => path));
  return {
    statements: statements + given.length,
    leftOut: [...roles.leftOut, ...rights.leftOut.filter(({ path }) => !told.has(path)), ...lost, ...refused],
    notExact: [...notes(roles.otherwise), ...early.notExact, ...places, ...notes(settings)],
  };
}

const notOurs =
  'they belong to the whole server, which is not ours: owners, grants and settings are not carried over';

function notes(all: readonly LeftOut[]): readonly NotExact[] {
  return all.map(({ path, why }) => ({ what: path, why }));
}

function neverMade({ others = [] }: Catalog): readonly LeftOut[] {
  return others.flatMap((other) => {
    const why = notMade[other.kind];
    return why === undefined ? [] : [{ path: otherPath(other), why }];
  });
}

/** What only a superuser makes, while nothing of the snapshot is there yet that could stand in the way of an extension's own names. */
async function prepare(
  admin: Session,
  target: StructureTarget,
  catalog: Catalog,
): Promise<{ readonly leftOut: readonly LeftOut[]; readonly otherwise: readonly LeftOut[] }> {
  const leftOut: LeftOut[] = [];
  const schemas = new Set(catalog.schemas.map(({ name }) => name));
  for (const { schema } of catalog.extensions)
    if (schemas.has(schema) && schema !== 'public')
      await admin.run(`CREATE SCHEMA IF NOT EXISTS ${id(schema)} AUTHORIZATION ${id(target.owner)}`);
  for (const { name, schema, version } of catalog.extensions) {
    // One that has a schema of its own makes it.
    const where = schemas.has(schema) || schema === 'pg_catalog' ? { schema, version } : { version };
    try {
      await (name === wrapperName
        ? installWrapper(admin, where.schema)
        : target.installExtension(name, where));
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      leftOut.push({
        path: `extension ${printPart(name)}`,
        why: error.message,
        ...(idleExtensions.has(name) ? { idle: true } : {}),
      });
    }
  }
  const servers = await restoreServers(admin, target.owner, catalog);
  // An extension that belongs elsewhere may be in it after all.
  if (!schemas.has('public')) await succeeds(admin, 'DROP SCHEMA IF EXISTS public');
  return { leftOut: [...leftOut, ...servers.leftOut], otherwise: servers.otherwise };
}

async function pathsIn(session: Session): Promise<ReadonlySet<string>> {
  const { base, tables } = planOf(await inspect(session), []);
  return new Set([...base, ...tables].map(({ path }) => path));
}

/** Statements at once; one that fails takes those beside it back, which are then given one by one. */
const together = 200;

async function give(
  session: Session,
  all: readonly Given[],
  lost: readonly LeftOut[],
): Promise<readonly LeftOut[]> {
  const leftOut: LeftOut[] = [];
  const missing = lost.map(({ path }) => path);
  const wanted = all.filter(({ path }) => !missing.some((gone) => path.startsWith(`${gone} `)));
  for (let from = 0; from < wanted.length; from += together) {
    const some = wanted.slice(from, from + together);
    if (await succeeds(session, some.map(({ sql }) => sql).join(';\n'))) continue;
    for (const { path, sql } of some) {
      const why = await failure(session, sql);
      if (why !== undefined) leftOut.push({ path, why });
    }
  }
  return leftOut;
}

async function succeeds(session: Session, sql: string): Promise<boolean> {
  return (await failure(session, sql)) === undefined;
}

async function failure(session: Session, sql: string): Promise<string | undefined> {
  try {
    await session.run(sql);
    return undefined;
  } catch (error) {
    if (error instanceof SqlError) return error.message;
    throw error;
  }
}
