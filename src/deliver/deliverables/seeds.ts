import { plural } from '../../base/text.ts';
import { keyOf, nameOf, printName } from '../../catalog/identity.ts';
import { defaultSeedRows } from '../../data/sizes.ts';
import { column } from '../../report/build.ts';
import type { Block, Cell, Evidence } from '../../report/model.ts';
import { measured } from '../claims/claims.ts';
import { innerTables, seedStructure, type Seeding } from '../seeds/seeding.ts';
import { applyTo } from '../twin/twin.ts';
import type { ChecklistEntry, Contribution, Deliverable, Stage } from './model.ts';

/** Rows that the structure is made of, and made-up rows to develop with; loaded twice into an empty copy of the structure. */
export const seeds: Deliverable = {
  name: 'seeds',
  doing: 'write seeds and load them',
  line: 'seeds',
  wanted: ({ planned }) => planned.after.tables.some((table) => table.kind !== 'foreign'),
  async make(stage) {
    const { engine, sandbox, planned, task } = stage;
    const structure = await sandbox.createDatabase({ from: stage.current });
    try {
      await applyTo(engine, structure, planned.change, stage);
      const made = await seedStructure({
        engine,
        sandbox,
        structure,
        catalog: planned.after,
        volumes: stage.volumes,
        hints: stage.twin.hints,
        task,
        design: planned.design,
        rows: defaultSeedRows,
        seed: stage.seed,
        ...(stage.config.generators ? { generators: stage.config.generators } : {}),
        locale: 'en',
        until: today(),
        append: false,
        apart: innerTables(task, planned.design, stage.before, planned.after),
        signal: stage.signal,
      });
      return contribution(stage, made);
    } finally {
      await sandbox.dropDatabase(structure);
    }
  },
};

/** The last midnight, in UTC: equal seeds give equal files for a day. */
export function today(): Date {
  return new Date(`${new Date().toISOString().slice(0, 10)}T00:00:00Z`);
}

function contribution(stage: Stage, made: Seeding): Contribution {
  const { seeds: rows } = made;
  return {
    files: [
      ...(made.reference === undefined
        ? []
        : [
            {
              path: 'seeds/reference.sql',
              text: made.reference,
              what: 'rows that the structure is made of; may be loaded again',
            },
          ]),
      ...(made.development === undefined
        ? []
        : [
            {
              path: 'seeds/development.sql',
              text: made.development,
              what: 'made-up rows for a fresh database of a developer',
            },
          ]),
    ],
    blocks: [seedsBlock(made)],
    limits: rows.limits,
    checklist: { seeds: seedsEntry(made) },
    masks: masksOf(stage, made),
  };
}

/** What the checklist says: proven when both scripts ran twice as they promise and every foreign key leads somewhere. */
export function seedsEntry({ seeds: rows, proof, reference, development }: Seeding): ChecklistEntry {
  const entry = (verdict: ChecklistEntry['verdict'], because: string): ChecklistEntry => ({
    verdict,
    because,
    evidence: seedEvidence(proof, rows.reference.length),
  });
  if (proof.failed !== undefined) return entry('missed', `The seeds do not load: ${proof.failed}.`);
  if (proof.orphan !== undefined) return entry('missed', proof.orphan);
  if (proof.leaks.length > 0)
    return entry(
      'missed',
      `Values that the task or the current rows show are in ${proof.leaks.map((leak) => leak.column).join(', ')}.`,
    );
  if (reference !== undefined && (!proof.reference?.restored || proof.reference.changed.length > 0))
    return entry(
      'missed',
      proof.reference?.restored
        ? `A second load of the reference data changes ${proof.reference.changed.join(', ')}.`
        : 'The reference data does not bring back the rows that the structure came with.',
    );
  if (development !== undefined && proof.development?.refused === undefined)
    return entry('missed', 'The development data can be loaded into tables that hold rows.');
  if (development !== undefined && proof.development!.changed.length > 0)
    return entry('missed', `A refused load still changes ${proof.development!.changed.join(', ')}.`);
  if (reference === undefined && development === undefined)
    return entry('not-proven', 'No rows could be made.');
  const empty = rows.without.filter(({ table, meant }) => !meant && !proof.rows.has(keyOf(table)));
  if (empty.length > 0)
    return entry(
      'not-proven',
      `Loaded, but without rows stay ${empty.map(({ table, because }) => `${printName(table)} (${because.replace(/\.$/, '')})`).join(', ')}.`,
    );
  const total = [...proof.rows.values()].reduce((sum, count) => sum + count, 0);
  return entry(
    'proven',
    `${plural(total, 'row')} in ${plural(proof.rows.size, 'table')} loaded into an empty copy of the structure, with all constraints and triggers on.`,
  );
}

function seedEvidence(proof: Seeding['proof'], tables: number): readonly Evidence[] {
  if (proof.failed !== undefined) return [];
  return [
    ...(proof.reference
      ? [
          measured(
            `Reference data: ${plural(tables, 'table')} emptied, loaded and loaded again; ${proof.reference.restored ? 'all rows are back' : 'rows differ'}, ${proof.reference.changed.length === 0 ? 'the second load changed no table' : `the second load changed ${proof.reference.changed.join(', ')}`}`,
          ),
        ]
      : []),
    ...(proof.development
      ? [
          measured(
            `Development data: loaded, then loaded again: ${proof.development.refused === undefined ? 'the second load was not refused' : `refused (${proof.development.refused})`}, ${proof.development.changed.length === 0 ? 'and no table changed' : `and ${proof.development.changed.join(', ')} changed`}`,
          ),
        ]
      : []),
    measured(
      proof.orphan ??
        `${plural(proof.foreignKeys, 'foreign key')} looked up row by row: no row points at nothing`,
    ),
  ];
}

/** What the seeds show for each privacy claim that asks for a mask. */
function masksOf({ task }: Stage, { proof, privates, forbidden }: Seeding): Contribution['masks'] {
  const entries = task.requirements.privacy.flatMap((privacy): [string, ChecklistEntry][] => {
    const columns = privates.filter(({ claim }) => claim === privacy.id);
    if (columns.length === 0) return [];
    const told = columns.map((own) => {
      const name = printName({ schema: own.schema, name: own.table });
      const values = forbidden.find(({ table, column: of }) => of === own.column && sameTable(table, own))
        ?.values.length;
      return { text: `${name}.${own.column}`, values: values ?? 0, key: `${own.schema}.${own.table}` };
    });
    const leak = proof.leaks.find(({ column: name }) => told.some(({ text }) => text === name));
    const shown = told.reduce((sum, { values }) => sum + values, 0);
    const rows = told.reduce((sum, { key }) => sum + (proof.rows.get(key) ?? 0), 0);
    if (leak)
      return [
        [
          privacy.id,
          {
            verdict: 'missed',
            because: `${plural(leak.rows, 'row')} of the seeds show a value that was to be hidden.`,
          },
        ],
      ];
    if (proof.failed !== undefined || rows === 0) return [];
    return [
      [
        privacy.id,
        {
          verdict: 'proven',
          because: 'No value of the task or the current rows is in the seeds.',
          evidence: [
            measured(
              `Seeds hold ${plural(rows, 'row')} of ${told.map(({ text }) => text).join(', ')}, made up as ${columns[0]!.mask}; ${shown === 0 ? 'the task and the current rows show no value of it' : `none holds one of the ${plural(shown, 'value')} that the task and the current rows show`}`,
            ),
          ],
        },
      ],
    ];
  });
  return Object.fromEntries(entries);
}

function sameTable(a: { schema: string; name: string }, b: { schema: string; table: string }): boolean {
  return a.schema === b.schema && a.name === b.table;
}

/** Rows per table of the seeds, and how they came to be. */
export function seedsBlock({ seeds: rows, proof, privates }: Seeding): Block {
  const reference = new Set(rows.reference.map(({ table }) => keyOf(table)));
  const development = new Set(rows.development.map(({ table }) => keyOf(table)));
  const lines = [...proof.rows].map(([key, count]): readonly Cell[] => {
    const masked = privates.filter((own) => `${own.schema}.${own.table}` === key);
    return [
      key,
      count,
      reference.has(key) ? 'reference' : development.has(key) ? 'development' : 'by triggers',
      development.has(key) ? masked.map((own) => own.column).join(', ') : '',
    ];
  });
  const empty = rows.without.filter(({ table }) => !proof.rows.has(keyOf(nameOf(table))));
  return {
    id: 'seeds',
    title: 'Seeds',
    kind: 'table',
    columns: [
      column('Table', 'code'),
      column('Rows', 'right'),
      column('Kind'),
      column('Masked columns', 'code'),
    ],
    rows: [
      ...lines,
      ...empty.map(({ table, because, meant }): readonly Cell[] => [
        keyOf(table),
        0,
        { text: because, tone: meant ? 'plain' : 'bad' },
        '',
      ]),
    ],
    note: 'Counted after loading the scripts into an empty copy of the structure.',
  };
}
