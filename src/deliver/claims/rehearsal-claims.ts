/** What a rehearsed migration shows about itself: whether it runs, who waits, what becomes of rows, what only your rows can tell. */
import { findColumn, findTable } from '../../catalog/find.ts';
import { keyOf, nameOf } from '../../catalog/identity.ts';
import { formatCount, formatMs } from '../../base/units.ts';
import { plural } from '../../base/text.ts';
import type { Claim } from '../../report/model.ts';
import type { RowCheck, StatementRun } from '../../rehearse/model.ts';
import { brokenRuns, sharedPhases } from '../../rehearse/compatibility.ts';
import { affectedTables } from '../../rehearse/watch.ts';
import { claim, measured } from './claims.ts';
import { growsWithRows, statementsOf, type RowsOf } from '../report/findings.ts';
import { firstLine } from '../report/rehearsal-blocks.ts';
import type { Rehearsed } from '../rehearsal/rehearsed.ts';
import { rowDependent } from './row-dependence.ts';
import { spanOf, unmetTables } from './running-claims.ts';

/** All statements ran where rows were; on empty tables that shows little. */
export function runsClaim({ rehearsal, fill }: Rehearsed): Claim {
  const between =
    'filledBetween' in rehearsal
      ? (rehearsal.filledBetween ?? []).reduce((sum, made) => sum + made.rows, 0)
      : 0;
  const failed = rehearsal.statements.find((run) => run.error);
  const count = plural(rehearsal.statements.length, 'statement');
  const evidence = [
    measured(
      `${count}; ${formatCount(fill.rows)} rows were there before${between > 0 ? `, ${formatCount(between)} were made between its migrations` : ''}`,
    ),
  ];
  const verdict = (value: Claim['verdict'], because: string, shown = evidence): Claim =>
    claim('runs', 'change', 'The migration runs on a filled copy', value, because, shown);
  const { upFailed, loadFailed } = rehearsal;
  if (upFailed)
    return verdict('missed', upFailed.message, [
      measured(upFailed.marked || upFailed.message, upFailed.statement),
    ]);
  if ('run' in rehearsal && rehearsal.run.exitCode !== 0)
    return verdict(
      'missed',
      `The command ended with exit code ${rehearsal.run.exitCode}${failed ? ` after: ${failed.error!.message}` : ''}.`,
      failed ? [measured(failed.error!.message, failed.sql)] : evidence,
    );
  if (loadFailed)
    return verdict('missed', `In quiet it runs; beside the application it failed: ${loadFailed.message}`);
  if (rehearsal.statements.length === 0) return verdict('not-proven', 'It sent no statement.');
  if (fill.rows + between === 0) return verdict('not-proven', `All ${count} ran, but no table held a row.`);
  return verdict(
    'proven',
    `All ${count} ran on ${fill.restored ? `a restored copy of production, taken ${fill.restored.taken}` : 'generated rows'}.`,
  );
}

/** Calls that did not answer, in words; only those that there were. */
function failuresOf(timedOut: number, failed: number): string {
  return [
    ...(timedOut > 0 ? [`${plural(timedOut, 'call')} timed out`] : []),
    ...(failed > 0 ? [`${plural(failed, 'call')} failed`] : []),
  ].join(', ');
}

/** Longest wait of any query; proven only for queries that could have waited, on tables of which no statement's time depends. */
export function blockedClaim(done: Rehearsed, blockedMs: number, rowsOf: RowsOf): Claim {
  const { rehearsal, engine, before } = done;
  const load = rehearsal.underLoad;
  const worst = load?.stalls[0];
  const evidence =
    load && worst
      ? [
          measured(
            `Longest wait: ${formatMs(worst.ms)} (${worst.query}${worst.during ? `, while ${firstLine(worst.during)}` : ''}); ${load.timedOut} timed out, ${load.failed} failed anew; ${load.readerMs > 0 ? `a reader of ${formatMs(load.readerMs)} was present` : 'no long reader was present'}`,
          ),
        ]
      : [];
  const verdict = (value: Claim['verdict'], because: string): Claim =>
    claim('blocked', 'limit', `No query waits longer than ${formatMs(blockedMs)}`, value, because, evidence);
  const locked = affectedTables(before, rehearsal.statements).map(keyOf);
  const started = before.tables.length > 0 && !('filledBetween' in rehearsal);
  if (load && started && locked.length === 0 && load.timedOut + load.failed === 0)
    return verdict('proven', 'It locks no existing table against others.');
  if (!load || !worst)
    return verdict('not-proven', 'No query ran beside the migration, so no wait was measured.');
  if (worst.ms > blockedMs) return verdict('missed', `${worst.query} waited ${formatMs(worst.ms)}.`);
  if (load.timedOut + load.failed > 0) return verdict('missed', `${failuresOf(load.timedOut, load.failed)}.`);
  const longest = `Nothing waited longer than ${formatMs(worst.ms)}`;
  const heavy = rehearsal.statements.filter((run) => growsWithRows(run, rowsOf, engine.grammar));
  if (heavy.length > 0)
    return verdict(
      'not-proven',
      `${longest} on the assumed rows of the twin, but ${plural(heavy.length, 'statement')} take${heavy.length === 1 ? 's' : ''} longer on larger tables.`,
    );
  if (load.assumed) return verdict('not-proven', `${longest}, but under an assumed load.`);
  const unmet = unmetTables(done, load, locked);
  if (unmet.length > 0 && spanOf(rehearsal.loadedStatements) > blockedMs)
    return verdict(
      'not-proven',
      `${longest}, but no query of the workload was under way on ${unmet.join(', ')} meanwhile, so nobody could wait there.`,
    );
  if (locked.some((name) => load.readerMs <= 0 || !load.readerTables.includes(name)))
    return verdict('not-proven', `${longest}, but no long reader held ${locked.join(', ')}.`);
  return verdict(
    'proven',
    `${longest} beside the given workload; no statement's time grows with your tables.`,
  );
}

/** What became of rows that were there: gone, changed, or columns dropped. */
export function dataClaims(done: Rehearsed): readonly Claim[] {
  const { rehearsal } = done;
  if (rehearsal.upFailed || ('run' in rehearsal && rehearsal.run.exitCode !== 0)) return [];
  const direct = 'rows' in rehearsal;
  const checks: readonly RowCheck[] = direct ? rehearsal.rows : (rehearsal.roundTrip?.rows ?? []);
  const lost = checks.filter((check) => check.lost.length > 0 || check.after < check.before);
  const changed = checks.filter((check) => !check.equal && !lost.includes(check));
  const rows = checks.reduce((sum, check) => sum + check.before, 0);
  const when = direct ? '' : ', after up and down,';
  const evidence = [
    measured(
      `${formatCount(rows)} rows of ${plural(checks.length, 'table')} compared by fingerprint${direct ? '' : ', after up and down'}`,
    ),
  ];
  const verdict = (value: Claim['verdict'], because: string): readonly Claim[] => [
    claim('data', 'change', 'No row and no value of today is lost', value, because, rows > 0 ? evidence : []),
  ];
  if (!direct && !rehearsal.roundTrip) {
    const gone = goneParts(done);
    return gone.length > 0
      ? verdict('missed', `Gone with all that they held: ${gone.join(', ')}.`)
      : verdict('not-proven', 'There was no way back, so no rows were compared.');
  }
  if (rows === 0) return verdict('not-proven', 'No table held rows before the migration.');
  if (lost.length > 0)
    return verdict(
      'missed',
      lost
        .map((check) =>
          check.lost.length > 0
            ? `${check.table}: ${check.lost.join(', ')}`
            : `${check.table}: ${check.before - check.after} rows`,
        )
        .join('; '),
    );
  if (changed.length > 0)
    return verdict(
      'not-proven',
      `Values were changed in ${changed.map((check) => check.table).join(', ')}; whether that is meant only you know.`,
    );
  return verdict('proven', `All rows that were there have${when} the values they had.`);
}

/** Tables that held rows, and columns of such tables, which the catalog no longer has; none where a statement renames or moves, since they may live on. */
function goneParts({ rehearsal, fill, engine }: Rehearsed): readonly string[] {
  const moves = rehearsal.statements.some((run) =>
    statementsOf(run.sql, engine.grammar).some(({ kind }) => /^(Rename|AlterObjectSchema)Stmt$/.test(kind)),
  );
  if (moves) return [];
  const held = new Set(fill.volumes.filter((volume) => volume.rows > 0).map((volume) => keyOf(volume.table)));
  return rehearsal.before.tables
    .filter((table) => held.has(keyOf(table)))
    .flatMap((table) => {
      const after = findTable(rehearsal.after, nameOf(table));
      if (!after) return [keyOf(table)];
      return table.columns
        .filter((column) => !findColumn(after, column.name))
        .map((column) => `${keyOf(table)}.${column.name}`);
    });
}

/** Statements whose success depends on rows that only production has. */
export function ownRowsClaims(
  { rehearsal, engine, fill }: Rehearsed,
  own: readonly StatementRun[],
  rowsOf: RowsOf,
): readonly Claim[] {
  const dependent = rowDependent(own, rowsOf, engine.grammar);
  if (dependent.length === 0 || rehearsal.upFailed) return [];
  const listed = dependent.slice(0, 5).map(({ run, why }) => `${firstLine(run.sql)} (${why})`);
  const more = dependent.length > listed.length ? `; and ${dependent.length - listed.length} more` : '';
  if (fill.restored)
    return [
      claim(
        'your-rows',
        'change',
        'Your own rows let every statement succeed',
        'proven',
        `${plural(dependent.length, 'statement')} that depend${dependent.length === 1 ? 's' : ''} on them ran on production's rows of ${fill.restored.taken}: ${listed.join('; ')}${more}.`,
        [measured(`${formatCount(fill.rows)} rows of a restored copy, taken ${fill.restored.taken}.`)],
      ),
    ];
  return [
    claim(
      'your-rows',
      'change',
      'Your own rows let every statement succeed',
      'not-proven',
      `Generated rows cannot show it for ${plural(dependent.length, 'statement')}: ${listed.join('; ')}${more}.`,
      [measured('They succeeded on the generated rows of the twin.')],
    ),
  ];
}

/** Queries of the given workload after the migration, in three protocol modes. */
export function applicationClaim({ rehearsal, workload }: Rehearsed): Claim {
  const runs = rehearsal.compatibility;
  const broken = brokenRuns(runs);
  const modes = new Set(runs.map(({ mode }) => mode)).size;
  const newer = runs.some(({ version }) => version === 'new');
  const shared = sharedPhases(runs);
  const evidence = [
    measured(
      `${runs.filter(({ ok }) => ok).length} of ${runs.length} runs in ${modes === 3 ? 'three' : modes} protocol modes succeeded`,
    ),
  ];
  const verdict = (value: Claim['verdict'], because: string): Claim =>
    claim('application', 'compatibility', 'The running application keeps working', value, because, evidence);
  if (runs.length === 0) return verdict('not-proven', 'No query of the workload could be run.');
  if (broken.length > 0)
    return verdict('missed', `${broken[0]!.query} fails (${broken[0]!.mode}): ${broken[0]!.error ?? ''}`);
  if (newer && shared.length === 0)
    return verdict('missed', 'In no phase do all queries of both versions run.');
  const phases = new Set(runs.map((run) => run.phase)).size;
  const partly = (workload?.queries ?? []).filter(
    (query) => runs.filter((run) => run.query === query.name).length < 3 * phases,
  );
  if (partly.length > 0)
    return verdict(
      'not-proven',
      `Left out, at least in part, since they did not run before the change either: ${partly.map((query) => query.name).join(', ')}.`,
    );
  return verdict(
    'proven',
    newer
      ? `Every query of both versions runs after ${shared.join(' and ')}, those of today also in sessions prepared before.`
      : 'Every query of the workload ran after it, also in sessions prepared before.',
  );
}
