import type { Refusal, Session } from '../../../engine/model.ts';
import { lookFunctions, lookOperators, lookTypes, type FunctionFacts } from './look.ts';
import { lookRelations } from './look-relations.ts';
import { relationRefusals, relationUses } from './relations.ts';
import { UnreadTree, type TreeValue } from './tree/model.ts';
import { readTree } from './tree/read.ts';
import { answerFor } from './user-functions.ts';
import { usesOf, type Found, type Use, type Where } from './uses.ts';
import { builtinVerdicts } from './verdicts/builtin.ts';

/** Object ids below are those of the server itself (`FirstNormalObjectId`). */
export const firstUserOid = 16_384;

/** Objects that are looked at for one statement. */
const mostObjects = 20_000;

/** What was seen on the way, for those who look into it again. */
export interface Closure {
  readonly found: readonly Found[];
  /** Bodies of user functions that are called, to be looked through for masked columns. */
  readonly bodies: readonly { readonly label: string; readonly tree: TreeValue; readonly where: Where }[];
  readonly relations: ReadonlySet<number>;
  /** Names of the functions that are called, by whatever way. */
  readonly functions: ReadonlySet<string>;
}

/** Follows everything that a tree uses until nothing new comes: functions to their bodies, types to their parts, tables to what planning computes. */
export async function follow(session: Session, uses: readonly Use[]): Promise<Closure> {
  const verdicts = await builtinVerdicts();
  const seen = new Set<string>();
  const found: Found[] = [];
  const bodies: Closure['bodies'][number][] = [];
  const relations = new Set<number>();
  const names = new Set<string>();
  let open = fresh(uses, seen);
  const add = (into: Use[], label: string, where: Where, more: () => readonly Use[]): void => {
    try {
      into.push(...more());
    } catch (error) {
      if (!(error instanceof UnreadTree)) throw error;
      found.push({ what: label, because: `What it does cannot be followed: ${error.message}.`, where });
    }
  };
  const missing = (what: string, where: Where): void =>
    void found.push({ what, because: 'The catalogs do not have it.', where });

  while (open.length > 0) {
    if (seen.size > mostObjects) {
      found.push({
        what: 'the statement',
        because: `It touches more than ${mostObjects} objects.`,
        where: {},
      });
      break;
    }
    const next: Use[] = [];
    const calls = open.filter(({ kind }) => kind === 'function' || kind === 'part' || kind === 'inlined');
    const functions = byOid(await looked(calls, (oids) => lookFunctions(session, oids)));
    for (const { kind, oid, where } of calls) {
      const facts = functions.get(oid);
      if (!facts) {
        missing(`function ${oid}`, where);
        continue;
      }
      if (kind === 'inlined' && (facts.builtin || facts.language !== 14)) continue;
      names.add(facts.name);
      const label = `${facts.aggregate ? 'aggregate' : 'function'} ${facts.schema}.${facts.name}(${facts.args})`;
      const answer = answerFor(facts, verdicts, {
        part: kind === 'part',
        definition: where.definition ?? false,
      });
      if (typeof answer === 'object') found.push({ what: label, because: answer.because, where });
      if (answer !== 'read its body') continue;
      add(next, label, where, () => inside(facts, label, where, bodies));
    }
    const operators = open.filter(({ kind }) => kind === 'operator');
    const operatorFacts = byOid(await looked(operators, (oids) => lookOperators(session, oids)));
    for (const { oid, where } of operators) {
      const facts = operatorFacts.get(oid);
      if (!facts) missing(`operator ${oid}`, where);
      else {
        const inOperator: Where = { what: 'behind the operator ', name: facts.label };
        const calledAs = (kind: Use['kind'], oids: readonly number[]) =>
          next.push(
            ...oids
              .filter((code) => code !== 0)
              .map((code): Use => ({ kind, oid: code, where: where.what ? where : inOperator })),
          );
        calledAs('function', [facts.code, ...facts.others]);
        calledAs('part', facts.estimates);
      }
    }
    const types = open.filter(({ kind, oid }) => kind === 'type' && oid >= firstUserOid);
    const typeFacts = byOid(await looked(types, (oids) => lookTypes(session, oids)));
    for (const { oid, where } of types) {
      const facts = typeFacts.get(oid);
      if (!facts) {
        missing(`type ${oid}`, where);
        continue;
      }
      const inType: Where = { what: 'in the type ', name: facts.label };
      next.push(...facts.parts.map((part): Use => ({ kind: 'part', oid: part, where: inType })));
      next.push(...facts.types.map((type): Use => ({ kind: 'type', oid: type, where: inType })));
      for (const check of facts.checks)
        add(next, `type ${facts.label}`, where, () => usesOf(readTree(check), inType, 'stored'));
    }
    const tables = open.filter(({ kind }) => kind === 'relation');
    const tableFacts = await looked(tables, (oids) => lookRelations(session, oids));
    for (const { oid, where } of tables) {
      relations.add(oid);
      const members = tableFacts.filter((one) => one.oid === oid);
      if (members.length === 0) missing(`relation ${oid}`, where);
      found.push(...relationRefusals(members, where));
      for (const member of members)
        add(next, `relation ${member.schema}.${member.name}`, where, () => relationUses(member));
    }
    open = fresh(next, seen);
  }
  return { found, bodies, relations, functions: names };
}

/** What the body of a function, its default arguments or the steps of an aggregate use. */
function inside(
  facts: FunctionFacts,
  label: string,
  { definition }: Where,
  bodies: Closure['bodies'][number][],
): readonly Use[] {
  const where: Where = { what: 'in the ', name: label, stored: true, ...(definition ? { definition } : {}) };
  const { aggregate } = facts;
  if (aggregate)
    return [
      ...aggregate.parts.filter(Boolean).map((oid): Use => ({ kind: 'part', oid, where })),
      ...aggregate.types.filter(Boolean).map((oid): Use => ({ kind: 'type', oid, where })),
      ...aggregate.operators.filter(Boolean).map((oid): Use => ({ kind: 'operator', oid, where })),
    ];
  const trees = [facts.body, facts.defaults].flatMap((text) => (text === null ? [] : [readTree(text)]));
  if (facts.body !== null) bodies.push({ label, tree: trees[0], where });
  return trees.flatMap((tree) => usesOf(tree, where, 'stored'));
}

function fresh(uses: readonly Use[], seen: Set<string>): readonly Use[] {
  return uses.filter(({ kind, oid, where }) => {
    const key = `${kind} ${oid} ${where.definition ?? false} ${where.stored ?? false}`;
    return !seen.has(key) && seen.add(key);
  });
}

async function looked<T>(
  uses: readonly Use[],
  look: (oids: readonly number[]) => Promise<readonly T[]>,
): Promise<readonly T[]> {
  return uses.length === 0 ? [] : look([...new Set(uses.map(({ oid }) => oid))]);
}

const byOid = <T extends { readonly oid: number }>(facts: readonly T[]): ReadonlyMap<number, T> =>
  new Map(facts.map((one) => [one.oid, one]));

/** Gives refusals the names of the places they belong to. */
export async function told(session: Session, found: readonly Found[]): Promise<readonly Refusal[]> {
  const oids = [...new Set(found.flatMap(({ where }) => where.relation ?? []))];
  const { rows } =
    oids.length === 0
      ? { rows: [] }
      : await session.query<{ oid: number; name: string }>(
          `SELECT c.oid, n.nspname || '.' || c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = ANY ($1::oid[])`,
          [`{${oids.join(',')}}`],
        );
  const names = new Map(rows.map(({ oid, name }) => [oid, name]));
  const texts = found.map(({ what, because, where }) => {
    const place = where.relation === undefined ? where.name : names.get(where.relation);
    return { what: where.what ? `${what} (${where.what}${place ?? 'another'})` : what, because };
  });
  return [...new Map(texts.map((one) => [`${one.what} ${one.because}`, one])).values()];
}
