/** Requirements with one thing changed; claims that are left stay as they are. */
import type { Access, Entity, Requirements, Task } from '../../task/model.ts';

/** The task with other requirements. */
export function withRequirements(task: Task, changed: Partial<Requirements>): Task {
  return { ...task, requirements: { ...task.requirements, ...changed } };
}

/** The task with one entity changed. */
export function withEntity(task: Task, id: string, changed: Partial<Entity>): Task {
  const entities = task.requirements.entities.map((entity) =>
    entity.id === id ? { ...entity, ...changed } : entity,
  );
  return withRequirements(task, { entities });
}

/** The task with an entity's optional part taken away. */
export function withoutPart<K extends 'partition' | 'derived'>(task: Task, id: string, part: K): Task {
  const entities = task.requirements.entities.map((entity) => {
    if (entity.id !== id) return entity;
    const { [part]: _gone, ...rest } = entity;
    return rest as Entity;
  });
  return withRequirements(task, { entities });
}

/** The task without an entity and everything that is said of it. */
export function withoutEntity(task: Task, entity: Entity): Task {
  const { requirements } = task;
  const about = (of: string): boolean =>
    of === entity.id ||
    of === entity.name ||
    of.startsWith(`${entity.id}.`) ||
    of.startsWith(`${entity.name}.`);
  return withRequirements(task, {
    entities: requirements.entities.filter(({ id }) => id !== entity.id),
    relations: requirements.relations.filter(({ from }) => !about(from)),
    rules: requirements.rules.filter(({ of }) => !about(of)),
    volumes: requirements.volumes.filter(({ of }) => !about(of)),
    lifecycle: requirements.lifecycle.filter(({ of }) => !about(of)),
    privacy: requirements.privacy.filter(({ of }) => !about(of)),
  });
}

/** The task with statements added after those that it gives itself. */
export function withSchema(task: Task, statements: readonly string[]): Task {
  const { schema } = task.requirements;
  return withRequirements(task, {
    schema: [...(schema === undefined ? [] : [schema.trim().replace(/;$/, '')]), ...statements].join(';\n'),
  });
}

/** The task with access patterns' texts changed; undefined leaves a pattern as it is. */
export function withAccess(task: Task, change: (access: Access) => string | undefined): Task {
  const access = task.requirements.access.map((one) => {
    const sql = change(one);
    return sql === undefined ? one : { ...one, sql };
  });
  return withRequirements(task, { access });
}

/** Text that a regular expression takes letter by letter. */
export function letters(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
