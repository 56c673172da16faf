/** The rules of a team, asked about a structure: what they need to know, and what they found as parts of a report. */
import { SqlError, fail } from '../../base/error.ts';
import { nearest, plural } from '../../base/text.ts';
import { findTable } from '../../catalog/find.ts';
import { sameName } from '../../catalog/identity.ts';
import type { Catalog, Name } from '../../catalog/model.ts';
import { habitsOf } from '../../catalog/naming.ts';
import type { Config } from '../../config/model.ts';
import type { Design } from '../../design/model.ts';
import type { Engine, Session } from '../../engine/model.ts';
import { column } from '../../report/build.ts';
import type { Block, Cell } from '../../report/model.ts';
import { checkStructure, noMismatches, noStandards, type Checked } from '../../rules/check.ts';
import type { DeclaredFacts, NameKind, Standards, Subject } from '../../rules/model.ts';
import { changeRules } from '../../rules/change/all.ts';
import { healthRules } from '../../rules/health/all.ts';
import { schemaRules } from '../../rules/schema/all.ts';
import type { Task } from '../../task/model.ts';

/** What the rules are asked about. */
export interface Asked {
  readonly engine: Engine;
  /** A session of the sandbox, in which the team's patterns are matched. */
  readonly session: Session;
  readonly catalog: Catalog;
  /** Structure whose habits count; the same one when nothing changes. */
  readonly house: Catalog;
  readonly standards?: Config['standards'];
  /** Only these tables; all when left out. */
  readonly only?: readonly Name[];
  readonly declared: readonly DeclaredFacts[];
}

/** Asks every rule; throws `config.invalid` for rules that there are none of and patterns that are none. */
export async function askRules(asked: Asked): Promise<Checked> {
  const { engine, catalog, only } = asked;
  const standards: Standards = asked.standards ?? noStandards;
  checkRuleNames(standards);
  const aside = new Set(standards.ignore);
  const tables = catalog.tables.filter(
    (table) =>
      !table.partitionOf &&
      !aside.has(table.schema) &&
      !engine.seed.isHistory(table) &&
      (only === undefined || only.some((name) => sameName(name, table))),
  );
  const whole = only === undefined;
  const subject: Omit<Subject, 'mismatched'> = {
    catalog,
    tables,
    views: whole ? catalog.views.filter(({ schema }) => !aside.has(schema)) : [],
    // Functions of a change are looked at with it: those that were there before are not its doing.
    routines: catalog.routines.filter(
      (routine) =>
        !aside.has(routine.schema) &&
        (whole ||
          !asked.house.routines.some((old) => sameName(old, routine) && old.arguments === routine.arguments)),
    ),
    quote: engine.quote,
    types: engine.types,
    habits: habitsOf(asked.house),
    standards,
    declared: asked.declared,
  };
  const mismatched = await mismatches(asked.session, subject);
  return checkStructure({ ...subject, mismatched }, new Date().toISOString().slice(0, 10));
}

/** Asks about what a change makes of some tables: what the rules find there today already is not its doing. */
export async function askChange(asked: Asked & { readonly only: readonly Name[] }): Promise<Checked> {
  const after = await askRules(asked);
  // Deviations are about what is there in the end.
  const standards = asked.standards ? { ...asked.standards, deviations: [] } : undefined;
  const { declared: _, standards: __, ...rest } = asked;
  const before = await askRules({
    ...rest,
    catalog: asked.house,
    declared: [],
    ...(standards ? { standards } : {}),
  });
  const old = new Set(
    before.findings.map(({ rule, place, message }) => JSON.stringify([rule, place, message])),
  );
  return {
    ...after,
    findings: after.findings.filter(
      ({ rule, place, message }) => !old.has(JSON.stringify([rule, place, message])),
    ),
  };
}

/** Throws `config.invalid` for rules of the configuration that there are none of. */
export function checkRuleNames({ rules, deviations }: Pick<Standards, 'rules' | 'deviations'>): void {
  const known = [...schemaRules, ...changeRules, ...healthRules].map(({ id }) => id);
  for (const name of [...Object.keys(rules), ...deviations.map(({ rule }) => rule)]) {
    if (known.includes(name) || name === '*') continue;
    const near = nearest(name, known);
    fail('config.invalid', `\`standards\` names the rule ${name.slice(0, 60)}, which does not exist.`, {
      hint: near === undefined ? '`dbd check --rules` lists all of them.' : `Did you mean ${near}?`,
    });
  }
}

/** The server matches the team's patterns, with a time limit: its regular expressions do not run wild, and a process has no way to stop its own. */
async function mismatches(
  session: Session,
  subject: Omit<Subject, 'mismatched'>,
): Promise<Subject['mismatched']> {
  const names: Readonly<Record<NameKind, readonly string[]>> = {
    table: subject.tables.map(({ name }) => name),
    column: subject.tables.flatMap(({ columns }) => columns.map(({ name }) => name)),
    index: subject.tables.flatMap(({ indexes }) => indexes.map(({ name }) => name)),
    constraint: subject.tables.flatMap(({ constraints }) => constraints.map(({ name }) => name)),
    routine: subject.routines.map(({ name }) => name),
  };
  const found = new Map<NameKind, ReadonlySet<string>>();
  for (const [kind, pattern] of Object.entries(subject.standards.names) as [NameKind, string][]) {
    try {
      const { rows } = await session.query<{ name: string }>(
        'SELECT DISTINCT name FROM unnest($1::text[]) AS given(name) WHERE name !~ $2',
        [names[kind], pattern],
      );
      found.set(kind, new Set(rows.map(({ name }) => name)));
    } catch (error) {
      if (error instanceof SqlError)
        fail('config.invalid', `The pattern for ${kind} names cannot be used: ${error.message}`, {
          cause: error,
          hint: 'Write a regular expression such as ^[a-z][a-z0-9_]*$.',
        });
      throw error;
    }
  }
  return { ...noMismatches, ...Object.fromEntries(found) };
}

/** What a task declares of tables and columns that are there. */
export function declaredFacts(task: Task, design: Design, catalog: Catalog): readonly DeclaredFacts[] {
  const tableFor = (of: string): Name | undefined => findTable(catalog, design.tables.get(of) ?? of);
  const { entities, privacy, lifecycle } = task.requirements;
  return [
    ...entities.flatMap(({ id, classification, owner }): readonly DeclaredFacts[] => {
      const table = tableFor(id);
      return !table || (classification === undefined && owner === undefined)
        ? []
        : [
            {
              table,
              claim: id,
              ...(classification === undefined ? {} : { class: classification }),
              ...(owner === undefined ? {} : { owner }),
            },
          ];
    }),
    ...lifecycle.flatMap(({ id, of, keepDays }): readonly DeclaredFacts[] => {
      const table = tableFor(of);
      return table ? [{ table, claim: id, keepDays }] : [];
    }),
    ...privacy.flatMap((claim): readonly DeclaredFacts[] => {
      const at = claim.of.lastIndexOf('.');
      const of = claim.of.slice(0, at);
      const table = tableFor(of);
      const field = claim.of.slice(at + 1);
      return table
        ? (design.columns.get(of)?.get(field) ?? [field]).map((name) => ({
            table,
            column: name,
            claim: claim.id,
            class: claim.class,
            ...(claim.readers.length > 0 ? { readers: claim.readers } : {}),
          }))
        : [];
    }),
  ];
}

/** Rules with what they found, and deviations with their reasons. */
export function standardsBlocks({ asked, findings, explained }: Checked, title: string): readonly Block[] {
  const counted = asked.map((rule): readonly Cell[] => {
    const found = findings.filter((finding) => finding.rule === rule.id).length;
    const allowed = explained.filter(({ finding }) => finding.rule === rule.id).length;
    return [
      rule.id,
      rule.group,
      found === 0 ? '' : { text: String(found), tone: 'bad' },
      allowed === 0 ? '' : allowed,
    ];
  });
  const told = counted.filter(([, , found, allowed]) => found !== '' || allowed !== '');
  return [
    {
      id: 'standards',
      title,
      kind: 'table',
      columns: [
        column('Rule', 'code'),
        column('Group'),
        column('Found', 'right'),
        column('Explained', 'right'),
      ],
      rows: told,
      note: `${plural(asked.length, 'rule')} asked; ${asked.length - told.length} found nothing.`,
    },
    ...(explained.length === 0
      ? []
      : [
          {
            id: 'deviations',
            title: 'Deviations',
            kind: 'table' as const,
            columns: [column('Rule', 'code'), column('Place', 'code'), column('Because'), column('Until')],
            rows: explained.map(({ finding, deviation }): readonly Cell[] => [
              finding.rule,
              finding.place,
              deviation.because,
              deviation.until ?? 'for good',
            ]),
          },
        ]),
  ];
}
