/** What the application side of a task is written from: its access patterns as operations. */
import { nameOf } from '../../catalog/identity.ts';
import type { ReadOptions } from '../../application/application.ts';
import type { Task } from '../../task/model.ts';
import type { Planned } from '../model.ts';
import { tableOf } from '../trials/observe.ts';

/** Access patterns in the order of the task; inserts into entities without a table are left out. */
export function askedOperations(task: Task, planned: Planned): ReadOptions['operations'] {
  return task.requirements.access.flatMap((access): ReadOptions['operations'] => {
    const { id: claim, says } = access;
    if (access.transaction !== undefined)
      return [{ claim, says, statements: access.transaction, transaction: true }];
    if (access.sql !== undefined) return [{ claim, says, statements: [access.sql], transaction: false }];
    const table =
      access.insert === undefined ? undefined : tableOf(planned.after, planned.design, access.insert);
    return table ? [{ claim, says, statements: [], transaction: false, insert: nameOf(table) }] : [];
  });
}
