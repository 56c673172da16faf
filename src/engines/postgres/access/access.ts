/** What statements ask of tables, and indexes written down and compared. */
import type { Access, AccessOptions, TableAccess } from '../../../engine/access/model.ts';
import type { Catalog } from '../../../catalog/model.ts';
import { parse } from '../grammar/parse.ts';
import { covers } from './covers.ts';
import { newDraft } from './draft.ts';
import { accessOf } from './use.ts';
import { define, indexOf } from './form.ts';
import { read } from './read.ts';
import { relationsOf } from './relations.ts';

function of(sql: string, catalog: Catalog, options: AccessOptions = {}): readonly TableAccess[] {
  const relations = relationsOf(catalog);
  return (parse(sql).stmts ?? []).flatMap(({ stmt }) => {
    const draft = newDraft({ relations, options, read });
    read(stmt, undefined, draft);
    return draft.uses.filter(({ relation }) => relation.kind !== 'foreign').map(accessOf);
  });
}

/** {@link Access} of PostgreSQL. */
export const access: Access = { of, define, indexOf, covers };
