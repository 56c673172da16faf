import type { RelationFacts } from './look-relations.ts';
import { readTree } from './tree/read.ts';
import { foldedUses, usesOf, type Found, type Use, type Where } from './uses.ts';
import { harmlessCatalogs } from './verdicts/catalogs.ts';

const sequences = 'S';

/** What speaks against reading a table with its partitions and children. */
export function relationRefusals(members: readonly RelationFacts[], where: Where): readonly Found[] {
  return members.flatMap((one) => {
    const because = against(one, where);
    const label = `${one.schema}.${one.name}`;
    const child = one.member === one.oid ? '' : ', read as a part of another table';
    return because === undefined ? [] : [{ what: `relation ${label}${child}`, because, where }];
  });
}

function against(one: RelationFacts, where: Where): string | undefined {
  if (one.kind === 'f')
    return 'It is a foreign table: reading it makes the server read files or another server.';
  if (!['r', 'p', 'm', sequences].includes(one.kind))
    return 'It is no table, materialised view or sequence of this database.';
  if (one.builtin) {
    const name = one.schema === 'pg_catalog' ? one.name : `${one.schema}.${one.name}`;
    return harmlessCatalogs.has(name)
      ? undefined
      : 'It is a table of the server itself, and not one of those that hold structure alone.';
  }
  if (one.method !== null)
    return `Its rows are read by the access method ${one.method}, which is code that is not known.`;
  if (where.stored && one.secured)
    return 'It has row-level security, and a function’s body does not show the policies.';
  return undefined;
}

/** What planning or reading computes beside the statement's own expressions. */
export function relationUses(member: RelationFacts): readonly Use[] {
  if (member.builtin) return [];
  const where: Where = { what: 'in an index, CHECK or key of ', relation: member.member };
  const computed: Where = { what: 'in a generated column of ', relation: member.member };
  return [
    ...member.folded.flatMap((text) => foldedUses(readTree(text), where)),
    ...member.computed.flatMap((text) => usesOf(readTree(text), computed, 'stored')),
    ...member.parts.map((oid): Use => ({ kind: 'part', oid, where })),
  ];
}
