/** In which normal form each entity is, what keeps it from a higher one, and what is repeated on purpose. */
import { findTable } from '../../catalog/find.ts';
import { normalForms } from '../../design/normal-forms/normal-forms.ts';
import type { Judgement, Violation } from '../../design/normal-forms/judge.ts';
import { probeOf } from '../../design/normal-forms/probe.ts';
import { column } from '../../report/build.ts';
import type { Cell, Finding } from '../../report/model.ts';
import type { Entity } from '../../task/model.ts';
import type { Contribution, Deliverable, Stage } from './model.ts';

/** Judged are entities with declared dependencies, and those whose fields show by themselves that they repeat. */
export const normalFormsDeliverable: Deliverable = {
  name: 'normal-forms',
  doing: 'judge normal forms',
  line: 'schema',
  wanted: ({ task }) => judged(task.requirements).length > 0,
  make: (stage) => Promise.resolve(judgeAll(stage)),
};

interface Judged {
  readonly entity: Entity;
  readonly judgement: Judgement;
}

function judged(requirements: Stage['task']['requirements']): readonly Judged[] {
  return requirements.entities
    .map((entity) => ({ entity, judgement: normalForms(entity, requirements) }))
    .filter(
      ({ entity, judgement }) =>
        entity.depends.length > 0 || judgement.violations.length + judgement.told.length > 0,
    );
}

function judgeAll(stage: Stage): Contribution {
  const all = judged(stage.task.requirements);
  const declared = all.filter(({ entity }) => entity.depends.length > 0);
  const unexplained = declared.filter(({ judgement }) =>
    judgement.violations.some(({ why }) => why === undefined),
  );
  const probes = all.flatMap(({ entity }) => probesOf(stage, entity));
  return {
    blocks: [
      {
        id: 'normal-forms',
        title: 'Normal forms',
        kind: 'table',
        columns: [
          column('Entity'),
          column('Form'),
          column('Keys'),
          column('In the way'),
          column('Without it'),
        ],
        rows: all.flatMap(({ entity, judgement }) => rowsOf(entity, judgement)),
        note: 'It follows from the keys and from what `depends` declares; a dependency that nobody declared is not known.',
      },
    ],
    findings: all.flatMap(({ entity, judgement }) => findingsOf(entity, judgement)),
    ...(probes.length > 0 ? { probes } : {}),
    ...(declared.length > 0
      ? {
          checklist: {
            schema: {
              verdict: unexplained.length === 0 ? ('proven' as const) : ('not-proven' as const),
              because:
                unexplained.length === 0
                  ? `normal forms: ${declared.map(({ entity, judgement }) => `${entity.id} ${formOf(judgement)}`).join(', ')}${declared.some(({ judgement }) => judgement.violations.length > 0) ? ', each exception with its reason' : ''}`
                  : `normal forms: nothing says why ${unexplained.map(({ entity, judgement }) => `${entity.id} is ${formOf(judgement)}`).join(' and ')}`,
            },
          },
        }
      : {}),
  };
}

function formOf({ form }: Judgement): string {
  return form === undefined ? 'below 1NF' : `in ${form}`;
}

function rowsOf(entity: Entity, judgement: Judgement): readonly (readonly Cell[])[] {
  const { derived } = entity;
  const name = `${entity.id} ${entity.name}`;
  const keys = judgement.keys.map((key) => `(${key.join(', ')})`).join(' ');
  const first: readonly Cell[] = [name, formOf(judgement), keys];
  const lines = judgement.violations.map((each): readonly Cell[] => [
    `${each.form}: ${each.dependency}${each.why === undefined ? '' : `, wanted: ${each.why}`}`,
    partsOf(each),
  ]);
  const summary: readonly (readonly Cell[])[] = derived
    ? [
        [
          `a summary of ${derived.from}, kept ${derived.keep.replaceAll('-', ' ')}: what it repeats follows from there`,
          '',
        ],
      ]
    : [];
  const rest = [...lines, ...summary];
  if (rest.length === 0) return [[...first, { text: 'nothing', tone: 'good' }, '']];
  return rest.map((line, i) => [...(i === 0 ? first : ['', '', '']), ...line]);
}

function partsOf({ parts, preserving }: Violation): string {
  const list = parts.map((part) => `(${part.join(', ')})`).join(' + ');
  return preserving ? list : `${list}, but not every dependency can be checked in one of them`;
}

function findingsOf(entity: Entity, { violations, told, empty }: Judgement): readonly Finding[] {
  const place = `${entity.id} ${entity.name}`;
  return [
    ...violations
      .filter(({ why }) => why === undefined)
      .map((each): Finding => ({
        rule: `not-in-${each.form.toLowerCase()}`,
        severity: 'warning',
        place,
        message: `${each.dependency}: ${each.because}.`,
        why: 'The same fact stands in several rows, and an update that misses one of them leaves two truths.',
        instead: `${partsOf(each)}; or say \`why\` the fact is kept twice.`,
      })),
    ...told.map((text): Finding => ({
      rule: 'list-in-a-column',
      severity: 'info',
      place,
      message: `${text}.`,
    })),
    ...empty.map((text): Finding => ({
      rule: 'dependency-says-nothing',
      severity: 'warning',
      place,
      message: text,
    })),
  ];
}

/** What only rows that are there can contradict. */
function probesOf({ before, planned, engine }: Stage, entity: Entity): readonly string[] {
  const name = planned.design.tables.get(entity.id);
  const table = name && findTable(before, name);
  if (!table) return [];
  const { quote } = engine;
  const columns = planned.design.columns.get(entity.id);
  const known = new Set(table.columns.map((each) => each.name));
  const named = (field: string): readonly string[] => columns?.get(field) ?? [field];
  return entity.depends
    .filter((each) =>
      (each.kind === 'join' ? each.parts.flat() : [...each.on, ...each.sets])
        .flatMap(named)
        .every((one) => known.has(one)),
    )
    .map((each) =>
      probeOf(each, {
        name: quote.name(table),
        columns: (field) => named(field).map((one) => quote.identifier(one)),
        facts: table.columns
          .filter((one) => !(one.identity ?? one.default?.startsWith('nextval(')))
          .map((one) => quote.identifier(one.name)),
      }),
    );
}
