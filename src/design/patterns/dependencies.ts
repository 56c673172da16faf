import { normalForms } from '../normal-forms/normal-forms.ts';
import type { Pattern } from './pattern.ts';

/** What is kept twice on purpose becomes a choice with the task's own reason; it changes no table. */
export const dependencies: Pattern = {
  name: 'dependencies',
  apply(draft) {
    for (const table of draft.tables) {
      if (!table.entity) continue;
      for (const { form, dependency, why } of normalForms(table.entity, draft.task.requirements).violations)
        if (why !== undefined)
          draft.choose(table.name.name, `not in ${form}: ${dependency}`, why, [table.entity.id]);
    }
  },
};
