import type { CaptureOptions } from '../../../engine/snapshot/model.ts';
import { allSections } from './all-sections.ts';
import type { Section } from './model.ts';
import { ANSWERS } from './probes/answers.ts';
import { probeList } from './probes/list.ts';
import { asJson, transactionSettings } from './read.ts';
import { PLACES } from './sections/places.ts';
import { SETTINGS } from './sections/settings.ts';

/** Form of a script's output; another one is refused. */
export const scriptForm = 1;

/** Versions at which texts of sections may change, the newest first, with the variable that tells them. */
const versions = [
  { number: 180_000, variable: 'v18' },
  { number: 170_000, variable: 'v17' },
  { number: 160_000, variable: 'v16' },
  { number: 150_000, variable: 'v15' },
  { number: 140_000, variable: 'v14' },
  { number: 130_000, variable: 'v13' },
] as const;

type ScriptOptions = Pick<CaptureOptions, 'probes' | 'statementMs' | 'statements'>;

/** Plain SQL for psql that prints what {@link parseScript} reads: the sections of a connection, with their reasons, as lines of JSON. */
export function scriptText(options: ScriptOptions): string {
  const list = options.probes.length > 0 ? [probeList(options.probes, options.statementMs)] : [];
  const sections = [SETTINGS, ...allSections, ...list];
  return `${[
    opening(options),
    `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;\n\n\\qecho '# dbd snapshot, form ${scriptForm}'`,
    sectionText(SETTINGS, 1, options),
    limits(options.statementMs),
    sectionText(PLACES, 2, options),
    `-- The answers steer what follows.\n${PLACES.sql({ version: 0, statements: 0 }).trim()}\n\\gset\n${tooOld}`,
    ...[...allSections.filter((section) => section !== PLACES), ...list].map((section, index) =>
      sectionText(section, index + 3, options),
    ),
    ...list.map((section) => answersText(section, sections.length + 1, options)),
    `ROLLBACK;\n\n\\qecho '# end of ${sections.length + list.length} sections'`,
  ].join('\n\n')}\n`;
}

/** Leaves an output that is refused, and says why to the person at psql. */
const tooOld = `\\if :v13
\\else
\\echo 'This server is older than PostgreSQL 13, the oldest version that can be captured.'
\\quit
\\endif`;

const opening = ({
  probes,
}: ScriptOptions): string => `-- Snapshot of a PostgreSQL database for dbd: structure, planner statistics, settings, activity and workload.
--
--   psql -X -d yourdatabase -f snapshot.sql -o snapshot.txt
--   dbd snapshot --from snapshot.txt -o prod.dbds
--
-- It needs psql 11 or later and reads PostgreSQL 13 to 18. It runs in one read-only transaction with time limits and changes nothing.
-- ${
  probes.length === 0
    ? 'It reads no row of a table.'
    : `Rows are only counted, by the questions at its end (${probes.join(', ')}), within limits.`
} Planner statistics hold single values (the most common ones and the bounds of histograms): the output
-- shows them. What the role may not see is left out and told. Each part says what it reads and why; an output that lacks a part is refused.

\\set QUIET on
\\set ECHO none
\\set ECHO_HIDDEN off
\\set ON_ERROR_STOP on
\\set ON_ERROR_ROLLBACK off
\\set AUTOCOMMIT on
\\set SINGLELINE off
\\set SINGLESTEP off
\\unset FETCH_COUNT
\\timing off
\\encoding UTF8
\\pset format unaligned
\\pset recordsep '\\n'
\\pset tuples_only on
\\pset expanded off
\\pset footer off
\\pset pager off
\\pset null ''
\\pset title`;

function limits(statementMs: number): string {
  const sets = transactionSettings(statementMs).map(([name, value]) => `SET LOCAL ${name} = '${value}';`);
  return `-- Limits in milliseconds, and forms of texts that are the same everywhere; for this transaction only.\n${sets.join('\n')}`;
}

function sectionText(section: Section, number: number, options: ScriptOptions): string {
  const { name, when } = section;
  const query = branches(section, options);
  const read = `\\qecho '# section ${name}'
${
  section.optional
    ? `SAVEPOINT section;
\\set ON_ERROR_STOP off
${query}
\\if :ERROR
ROLLBACK TO SAVEPOINT section;
SELECT '# failed ' || translate(:'LAST_ERROR_MESSAGE', chr(10) || chr(13), '  ');
\\else
\\qecho '# rows' :ROW_COUNT
\\endif
\\set ON_ERROR_STOP on`
    : `${query}
\\qecho '# rows' :ROW_COUNT`
}`;
  return `-- ${number}. ${name}
-- ${section.why}
${when === undefined ? read : `\\if :${when}\n${read}\n\\else\n\\qecho '# section ${name}'\n\\qecho '# skipped'\n\\endif`}`;
}

/** The questions one by one; psql runs what the list writes, and goes on when one is refused. */
function answersText(list: Section, number: number, { statements }: ScriptOptions): string {
  return `-- ${number}. ${ANSWERS.name}
-- ${ANSWERS.why}
\\qecho '# section ${ANSWERS.name}'
\\set ON_ERROR_STOP off
SELECT p.before, p.query, 'ROLLBACK TO SAVEPOINT probe' FROM (
${list.sql({ version: 0, statements }).trim()}
) p WHERE p.refused IS NULL ORDER BY p.number
\\gexec
\\set ON_ERROR_STOP on
\\qecho '# answers'`;
}

/** The section's query, with a branch for each of its forms. */
function branches(section: Section, { statements }: ScriptOptions): string {
  const forms: { readonly variable: string; readonly sql: string }[] = [];
  for (const { number, variable } of versions) {
    const sql = `${asJson(section.sql({ version: number, statements }))};`;
    const last = forms.at(-1);
    if (last?.sql === sql) forms[forms.length - 1] = { variable, sql };
    else forms.push({ variable, sql });
  }
  const [only] = forms;
  if (forms.length === 1) return only!.sql;
  return `${forms
    .map(({ variable, sql }, index) =>
      index === 0
        ? `\\if :${variable}\n${sql}`
        : index === forms.length - 1
          ? `\\else\n${sql}`
          : `\\elif :${variable}\n${sql}`,
    )
    .join('\n')}\n\\endif`;
}
