import { fail } from '../../base/error.ts';
import { slug } from '../../base/text.ts';
import type { Rule } from '../../task/model.ts';
import { tableOf, type Draft } from '../draft.ts';
import { addExclusion } from './exclusion.ts';
import { addNeverRule } from './never-rule.ts';
import type { Pattern } from './pattern.ts';
import { addUnique } from './unique.ts';

/** Rules: a check, a unique, an exclusion or a trigger named after what it says, so that the server's error names the rule. */
export const rule: Pattern = {
  name: 'rule',
  apply(draft) {
    for (const each of draft.task.requirements.rules) draft.constraints.set(each.id, enforce(draft, each));
  },
};

function enforce(draft: Draft, each: Rule): string {
  const table = tableOf(draft, each.of);
  const name = `${table.name.name}_${slug(each.says) || slug(each.id)}`;
  const says = `${each.id}: ${each.says}`;
  if (each.unique) return addUnique(draft, table, each.unique, [each.id], { name, says });
  if (each.exclude) return addExclusion(draft, table, each, name);
  if (each.never) return addNeverRule(draft, table, each, name);
  if (!each.check)
    return fail('task.wrong-value', `The rule ${each.id} has no check, unique, exclude or never.`);
  const taken = draft.take({ schema: table.name.schema, name });
  table.constraints.push({
    name: taken,
    kind: 'check',
    columns: [],
    definition: `CHECK (${each.check.trim()})`,
    claims: [each.id],
    comment: says,
  });
  return taken;
}
