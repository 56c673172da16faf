import type { AlterTableCmd, Node } from 'libpg-query';
import type { Column } from '../../../catalog/model.ts';
import { lex } from '../grammar/lex.ts';
import { quote } from '../quote.ts';
import { keepsRows } from './stored-rows.ts';
import { findOutside } from './text.ts';

/** What an ALTER COLUMN TYPE asks for. */
export interface TypeChange {
  readonly column: Column;
  /** The new type as written. */
  readonly type: string;
  /** `COLLATE …` as written, or empty. */
  readonly collate: string;
  /** Expression behind USING. */
  readonly using?: string;
  readonly expression?: Node;
}

/** Reads `ALTER COLUMN c [SET DATA] TYPE … [COLLATE …] [USING …]`. */
export function typeChange(column: Column, cmd: AlterTableCmd, text: string): TypeChange {
  const tokens = lex(text);
  const type = findOutside(tokens, ['type'], 1);
  const using = findOutside(tokens, ['using'], type + 1);
  const collate = findOutside(tokens, ['collate'], type + 1);
  const has = collate >= 0 && (using < 0 || collate < using);
  const cut = (from: number, to: number): string =>
    text.slice(tokens[from]!.from, to < 0 ? undefined : tokens[to]!.from).trim();
  const definition = cmd.def && 'ColumnDef' in cmd.def ? cmd.def.ColumnDef : undefined;
  return {
    column,
    type: cut(type + 1, has ? collate : using),
    collate: has ? cut(collate, using) : '',
    ...(using < 0 ? {} : { using: cut(using + 1, -1) }),
    ...(definition?.raw_default ? { expression: definition.raw_default } : {}),
  };
}

/** Whether the server changes the catalog alone. `indexed`: an index holds the column, which another collation would build anew. */
export function isCatalogOnly({ column, type, collate, using }: TypeChange, indexed: boolean): boolean {
  const name = quote.identifier(column.name);
  const plain = (text: string): string => text.toLowerCase().replaceAll(/\s+/g, '');
  const trivial =
    using === undefined ||
    [name, `(${name})`, `${name}::${type}`, `(${name}::${type})`, `cast(${name}as${type})`].some(
      (same) => plain(same) === plain(using),
    );
  const recollated = collate !== '' || column.collation !== undefined;
  return trivial && keepsRows(column.type, type) && !(recollated && indexed);
}
