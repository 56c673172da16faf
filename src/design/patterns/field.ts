import { fail } from '../../base/error.ts';
import type { Field } from '../../task/model.ts';
import type { Draft, TableDraft } from '../draft.ts';
import { cased } from '../naming.ts';
import { columnsOfField } from '../types.ts';
import { oneCurrency } from './money.ts';
import type { Pattern } from './pattern.ts';
import { shapeCheck, tagsCheck } from './values.ts';

/** Fields: a column each, with the checks that their types promise. */
export const field: Pattern = {
  name: 'field',
  apply(draft) {
    for (const table of draft.tables) {
      for (const each of table.entity?.fields ?? []) {
        const columns = columnsOfField(draft, table, each).filter(
          ({ name }) => !table.existing?.columns.some((column) => column.name === name),
        );
        table.columns.push(...columns);
        if (columns.length > 0)
          addChecks(
            draft,
            table,
            each,
            columns.map(({ name }) => name),
          );
      }
      oneCurrency(draft, table);
    }
  },
};

function addChecks(draft: Draft, table: TableDraft, each: Field, columns: readonly string[]): void {
  const { engine } = draft;
  const [column = ''] = columns;
  const quoted = engine.quote.identifier(column);
  const about = `${table.name.name}.${column}`;
  const claims = [table.entity?.id ?? table.of];
  const check = (suffix: string, condition: string): void => {
    const name = draft.take({
      schema: table.name.schema,
      name: cased(`${table.name.name}_${column}_${suffix}`, draft.habits),
    });
    table.constraints.push({ name, kind: 'check', columns, definition: `CHECK (${condition})`, claims });
  };
  const { type } = each;
  if (type.kind === 'text' && type.length !== undefined) {
    check('length', `char_length(${quoted}) <= ${type.length}`);
    draft.choose(
      about,
      `text with a length check of ${type.length}`,
      'a check can be changed without a lock that waits for readers to rewrite; the storage is the same as varchar',
      claims,
    );
  }
  if (type.kind === 'enum') {
    check('check', `${quoted} IN (${type.values.map((value) => engine.quote.literal(value)).join(', ')})`);
    draft.choose(
      about,
      'text with a check',
      'values can be added and removed by changing one constraint; an enum type never loses a value, and a lookup table pays when a value carries facts of its own or changes without a deployment',
      claims,
    );
  }
  if (type.kind === 'email')
    check(
      'check',
      `${quoted} ~ '^[^@[:space:]]+@[^@[:space:]]+[.][^@[:space:]]+$' AND char_length(${quoted}) <= 254`,
    );
  if (type.kind === 'url') check('check', `${quoted} ~ '^https?://[^[:space:]]+$'`);
  if (type.kind === 'money') {
    const currency = engine.quote.identifier(columns[1]!);
    check(
      'currency',
      each.required
        ? `${currency} ~ '^[A-Z]{3}$'`
        : `${currency} ~ '^[A-Z]{3}$' AND (${quoted} IS NULL) = (${currency} IS NULL)`,
    );
    draft.choose(
      about,
      'bigint minor units beside a currency',
      'exact, and no amount without its currency',
      claims,
    );
  }
  if (type.kind === 'json' && each.shape) {
    check('shape', shapeCheck(quoted, each, engine.quote));
    draft.choose(
      about,
      `jsonb whose keys ${Object.keys(each.shape).join(', ')} are checked`,
      'what readers rely on is there and of its kind, other keys are free; a GIN index is made only if a query asks with @>',
      claims,
    );
  } else if (type.kind === 'json')
    draft.choose(about, 'jsonb', 'parsed once when written, and its fields can be indexed', claims);
  if (type.kind === 'tags' && each.values) {
    check('check', tagsCheck(quoted, each, engine.quote));
    draft.choose(
      about,
      'an array with a check of its elements',
      'listed tags only, each once; a table of pairs pays when tags have facts of their own or are renamed',
      claims,
    );
  }
  if ((each.shape && type.kind !== 'json') || (each.values && type.kind !== 'tags'))
    fail(
      'task.wrong-value',
      `${each.name} of ${table.of} has ${each.shape ? '`shape`, which is for json' : '`values`, which is for tags'}.`,
      { hint: each.values ? 'For one value of a list use `enum(a, b)`.' : 'Use `type: json`.' },
    );
  if (type.kind === 'instant')
    draft.choose(
      about,
      'timestamptz',
      'an instant is the same for every reader, whatever their time zone',
      claims,
    );
  if (each.check) check('check', each.check);
}
