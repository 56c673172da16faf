import type { Constraint } from 'libpg-query';
import { sameName } from '../../../../catalog/identity.ts';
import { words } from '../../grammar/tree.ts';
import type { Match } from '../model.ts';
import { provesFilled } from '../proofs.ts';
import type { Altered } from './altered.ts';

/** ADD CONSTRAINT, by what has to be looked at before it holds. */
export function addConstraint(constraint: Constraint, at: Altered): readonly Match[] {
  const { table, heirs, look } = at;
  const on = { table: [table], heirs };
  const later = constraint.skip_validation === true;
  const off = constraint.is_enforced !== true && constraint.contype !== 'CONSTR_EXCLUSION';
  const is = (id: string, more: Match['on'] = {}): readonly Match[] => [
    { id: `alter-table/${id}`, on: { ...on, ...more } },
  ];
  switch (constraint.contype) {
    case 'CONSTR_CHECK':
      return is(off ? 'add-check-not-enforced' : later ? 'add-check-not-valid' : 'add-check');
    case 'CONSTR_NOTNULL':
      return is(later ? 'add-not-null-not-valid' : notNull(words(constraint.keys)[0] ?? '', at));
    case 'CONSTR_FOREIGN': {
      const parent = look.relation(constraint.pktable);
      if (sameName(parent, table))
        return is(later ? 'add-foreign-key-self-not-valid' : 'add-foreign-key-self');
      const split = look.table(table)?.kind === 'partitioned' ? '-partitioned' : '';
      return is(
        off
          ? 'add-foreign-key-not-enforced'
          : later
            ? `add-foreign-key${split}-not-valid`
            : `add-foreign-key${split}`,
        { parent: [parent, ...look.heirs(parent)] },
      );
    }
    case 'CONSTR_UNIQUE':
      return is(constraint.indexname ? 'add-unique-using-index' : 'add-unique');
    case 'CONSTR_PRIMARY': {
      const columns = constraint.indexname
        ? (look.index({ schema: '', name: constraint.indexname })?.index.keys ?? [])
        : words(constraint.keys);
      const filled = columns.length > 0 && columns.every((column) => isFilled(column, at));
      return is(`add-primary-key${constraint.indexname ? '-using-index' : ''}${filled ? '' : '-nullable'}`);
    }
    case 'CONSTR_EXCLUSION':
      return is('add-exclude');
    default:
      return [];
  }
}

function notNull(column: string, at: Altered): string {
  return isFilled(column, at) ? 'add-not-null-proven' : 'add-not-null';
}

/** Whether the server knows without looking that the column holds no nulls. */
function isFilled(column: string, { table, look, going, heirs }: Altered): boolean {
  const known = look.table(table);
  if (!known) return false;
  const pending = known.constraints.some(
    ({ kind, validated, columns }) => kind === 'not-null' && !validated && columns[0] === column,
  );
  if (pending) return false;
  if (known.columns.find(({ name }) => name === column)?.notNull) return true;
  return (
    heirs.length === 0 &&
    known.constraints.some(
      ({ kind, validated, enforced, name, definition }) =>
        kind === 'check' &&
        validated &&
        enforced &&
        !going.includes(name) &&
        provesFilled(definition, column),
    )
  );
}
