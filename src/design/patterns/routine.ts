import { fail } from '../../base/error.ts';
import type { Name } from '../../catalog/model.ts';
import type { Routine } from '../../task/model.ts';
import { tableOf, type Draft } from '../draft.ts';
import { cased, singularOf } from '../naming.ts';
import { addBulk } from './bulk.ts';
import type { Pattern } from './pattern.ts';
import { addBody } from './routine-body.ts';
import { addUpsert } from './upsert.ts';

/** Functions and procedures that the database offers: they stand after everything that they may use. */
export const routine: Pattern = {
  name: 'routine',
  apply(draft) {
    for (const each of draft.task.requirements.routines) {
      const name = nameOf(draft, each);
      if (each.kind === 'upsert') addUpsert(draft, each, name);
      else if (each.kind === 'bulk') addBulk(draft, each, name);
      else addBody(draft, each, name);
    }
  },
};

function nameOf(draft: Draft, each: Routine): Name {
  const table = each.of === undefined ? undefined : tableOf(draft, each.of).name;
  const schema = table?.schema ?? draft.habits.schema;
  const own =
    each.kind === 'upsert'
      ? `upsert_${singularOf(table!.name)}`
      : each.kind === 'bulk'
        ? `load_${table!.name}`
        : each.id;
  const wanted =
    each.name === ''
      ? cased(own, draft.habits)
      : /^[a-z_]\w*$/i.test(each.name)
        ? each.name
        : cased(each.name, draft.habits);
  const name = draft.take({ schema, name: wanted });
  if (each.name !== '' && name !== wanted && Buffer.byteLength(wanted) <= draft.engine.quote.maxBytes)
    fail('task.wrong-value', `${each.id} is called ${wanted}, a name that something else in ${schema} has.`, {
      hint: 'Give the routine another name.',
    });
  return { schema, name };
}
