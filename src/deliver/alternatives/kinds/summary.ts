import { plural } from '../../../base/text.ts';
import type { DesignedSummary } from '../../../design/model.ts';
import type { Entity } from '../../../task/model.ts';
import type { Stage } from '../../deliverables/model.ts';
import { logged } from '../measure.ts';
import type { AlternativeKind, Chore, ChoreWork, Found } from '../model.ts';
import { withEntity, withoutEntity, withSchema } from '../rewrite.ts';

/** A summary on a schedule is taken to be refreshed once a minute. */
const refreshesPerDay = 1440;

const names = { 'on-write': 'on write', 'on-schedule': 'on a schedule', none: 'not kept' } as const;

/** A summary kept with each write, on a schedule, or counted anew by each reader. */
export const summary: AlternativeKind = {
  name: 'summary',
  says: 'a summary kept on write, on a schedule, or counted at each read',
  find(stage) {
    return stage.planned.design.derived.flatMap((designed): readonly Found[] => {
      const entity = stage.task.requirements.entities.find(({ id }) => id === designed.entity);
      if (!entity?.derived) return [];
      const others = (['on-write', 'on-schedule'] as const).filter((keep) => keep !== entity.derived!.keep);
      return [...others.map((keep) => kept(stage, designed, entity, keep)), counted(stage, designed, entity)];
    });
  },
};

function kept(
  stage: Stage,
  { table }: DesignedSummary,
  entity: Entity,
  keep: 'on-write' | 'on-schedule',
): Found {
  const derived = { ...entity.derived!, keep };
  return {
    kind: 'variant',
    variant: {
      kind: 'summary',
      about: table.name,
      chosen: names[entity.derived!.keep],
      name: names[keep],
      task: withEntity(stage.task, entity.id, { derived }),
      lines: `${entity.id} ${entity.name}: derived: { keep: ${keep} }`,
      chore: refresh(entity.id),
      price:
        keep === 'on-write'
          ? 'writers of one group wait for each other'
          : 'readers find what the last refresh left, and somebody must call it',
    },
  };
}

/** A view of the same name: every read of the summary becomes a count, and stays as it is written. */
function counted(stage: Stage, { table, groups, source }: DesignedSummary, entity: Entity): Found {
  const { task, engine } = stage;
  const { relations, lifecycle, access } = task.requirements;
  const about = table.name;
  const target = relations.find(({ to }) => to.includes(entity.id) || to.includes(entity.name));
  if (target)
    return {
      kind: 'impossible',
      about,
      because: `${target.id} refers to its rows, which a count has none of`,
    };
  if (access.some(({ insert }) => insert === entity.id || insert === entity.name))
    return { kind: 'impossible', about, because: 'the task writes to it itself' };
  const lost = lifecycle.find(
    ({ of, then }) => then !== 'anonymise' && stage.planned.design.tables.get(of)?.name === source.name,
  );
  const view = `CREATE VIEW ${engine.quote.name(table)} AS\n${groups}`;
  return {
    kind: 'variant',
    variant: {
      kind: 'summary',
      about,
      chosen: names[entity.derived!.keep],
      name: 'counted at each read',
      task: withSchema(withoutEntity(task, entity), [view]),
      chore: refresh(entity.id),
      lines: `${entity.id} ${entity.name} left out; schema: ${view.replaceAll(/\s+/g, ' ')}`,
      price:
        lost && entity.derived!.onSourceDelete === 'keep'
          ? `what ${lost.id} takes away after ${plural(Math.round(lost.keepDays), 'day')} is not counted any more`
          : 'each reader counts for itself',
    },
  };
}

/** Adds up what the measured writes have noted. */
function refresh(entity: string): (work: ChoreWork) => Promise<Chore | undefined> {
  return async ({ built, session, watcher }) => {
    const designed = built.planned.design.derived.find((one) => one.entity === entity);
    if (designed?.refresh === undefined) return undefined;
    const { refresh: sql } = designed;
    await session.run('BEGIN');
    const begin = performance.now();
    const walBytes = await logged(watcher, session, () => session.query(sql));
    const ms = performance.now() - begin;
    await session.run('COMMIT');
    return { text: 'refresh after the measured writes', ms, walBytes, perDay: refreshesPerDay };
  };
}
