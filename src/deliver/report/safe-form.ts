/** The same change in a form that blocks nobody, for a migration that somebody wrote naively. */
import { DbdError } from '../../base/error.ts';
import { changeFiles } from '../../change/files.ts';
import { planChange } from '../../change/plan.ts';
import { isBookkeeping } from '../../rehearse/wrapped/bookkeeping.ts';
import type { Block } from '../../report/model.ts';
import type { Rehearsed } from '../rehearsal/rehearsed.ts';
import { statementsOf } from './findings.ts';

/** Nobody waits behind a step longer than half of what is allowed, nor longer than a second. */
const lockWait = (blockedMs: number): number => Math.max(50, Math.min(1000, Math.floor(blockedMs / 2)));

/** Folder of the safe form's files, to rehearse as they are. */
export const safeFolder = 'safe';

/** SQL files of the safe form; nothing when it equals what was given, and a sentence when there is none. */
export async function safeForm(
  { engine, rehearsal, serverVersion, title }: Rehearsed,
  blockedMs: number,
): Promise<readonly Block[]> {
  const hard = rehearsal.statements.some((run) => run.rewrites.length > 0 || run.scans.length > 0);
  if (!hard || rehearsal.before.tables.length === 0) return [];
  const wishes = rehearsal.statements
    .filter((run) => !run.error)
    .flatMap((run) => statementsOf(run.sql, engine.grammar))
    .filter((statement) => /^(Create|Alter|Drop|Index|Rename|Comment|Grant|Update|Do)/.test(statement.kind))
    .filter((statement) => !engine.grammar.touches(statement).some(isBookkeeping))
    .map((statement) => ({ sql: statement.sql, claims: [], reason: '' }));
  try {
    const change = planChange({
      engine,
      before: rehearsal.before,
      wishes,
      id: 'safe',
      title,
      lockTimeoutMs: lockWait(blockedMs),
      serverVersion,
      ...(rehearsal.derivedDown ? { reverse: rehearsal.derivedDown } : {}),
    });
    return [
      {
        id: 'safe-form',
        title: 'The same change in a form that blocks nobody',
        kind: 'sql',
        files: changeFiles(change).map((file) => ({
          path: `${safeFolder}/${file.path}`,
          sql: file.sql,
          note: 'planned, not rehearsed here',
        })),
      },
    ];
  } catch (error) {
    if (!(error instanceof DbdError)) throw error;
    return [
      {
        id: 'safe-form',
        title: 'The same change in a form that blocks nobody',
        kind: 'text',
        text: `None could be planned: ${error.message}`,
      },
    ];
  }
}
