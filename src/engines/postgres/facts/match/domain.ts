import type { AlterDomainStmt } from 'libpg-query';
import { nameFrom } from '../../grammar/tree.ts';
import { usersOf } from '../domains.ts';
import type { Look } from '../look.ts';
import type { Match } from '../model.ts';
import { constraintOf } from './altered.ts';

const kinds: Readonly<Record<string, string>> = {
  T: 'default',
  N: 'drop-not-null',
  O: 'set-not-null',
  C: 'add-check',
  X: 'drop-constraint',
  V: 'validate',
};

/** ALTER DOMAIN: what its tables have to endure. */
export function domain(statement: AlterDomainStmt, look: Look): readonly Match[] {
  const written = nameFrom(statement.typeName);
  const found = look.type([written.schema, written.name].filter(Boolean));
  const name = found ?? { schema: written.schema || 'public', name: written.name };
  const constraint = constraintOf(statement.def);
  const kind = kinds[statement.subtype ?? ''];
  if (kind === undefined) return [];
  const later = kind === 'add-check' && constraint?.skip_validation === true ? '-not-valid' : '';
  return [{ id: `domain/${kind}${later}`, on: { users: usersOf(look, name) } }];
}
