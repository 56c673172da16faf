/** Backup and recovery of the changed database, rehearsed on a server of its own. */
import { findTable } from '../../catalog/find.ts';
import { printName, sameName } from '../../catalog/identity.ts';
import { plural } from '../../base/text.ts';
import { drill, unseenOf } from '../../operate/drill.ts';
import { drillBlocks, drillSentence, recoveryMs } from '../../operate/drill-report.ts';
import type { DrillResult } from '../../operate/model.ts';
import { titleOf } from '../asking/ask.ts';
import { drillRows, productionBytes } from '../trials/drill-rows.ts';
import type { Deliverable, Stage } from './model.ts';

/** Tables whose rows the runbook asks for. */
const askedTables = 3;

/** A drill on a small copy of the changed structure, and the runbook for production. */
export const backup: Deliverable = {
  name: 'backup',
  doing: 'rehearse backup and recovery',
  line: 'backup',
  wanted: ({ planned }) => planned.after.tables.some((table) => table.kind === 'table'),
  async make(stage) {
    const { engine, sandbox, config, signal } = stage;
    const { prepare, grow, limits } = drillRows(stage);
    const drilled = await drill({
      engine,
      major: Math.floor(sandbox.serverVersion / 10_000),
      prepare,
      grow,
      interesting: (table) => findTable(stage.before, table) === undefined,
      signal,
      ...(config.sandbox !== undefined && sandbox.provider === 'named folder'
        ? { named: config.sandbox }
        : {}),
    });
    const bytes = productionBytes(stage);
    const proven = drilled.problems.length === 0;
    const unseen = unseenOf(drilled);
    return {
      blocks: drillBlocks(drilled, bytes),
      files: [
        {
          path: 'runbook-recovery.md',
          what: 'backup and recovery in production, with the figures of the rehearsal',
          text: engine.backups.runbook(runbookFacts(stage, drilled, bytes)),
        },
      ],
      limits: limits(),
      checklist: {
        backup: {
          verdict: !proven ? 'missed' : unseen.length > 0 ? 'not-proven' : 'proven',
          because: [drillSentence(drilled).replace(/\.$/, ''), ...unseen].join('; ') + '.',
          evidence: [
            {
              basis: 'measured',
              text: `${plural(drilled.acknowledged.before, 'acknowledged write')} before the target, ${drilled.acknowledged.beforeMissing} missing after a recovery of ${Math.round(recoveryMs(drilled))} ms`,
            },
          ],
        },
      },
    };
  },
};

function runbookFacts(
  stage: Stage,
  drilled: DrillResult,
  bytes: number | undefined,
): Parameters<Stage['engine']['backups']['runbook']>[0] {
  const { quote } = stage.engine;
  const dropped = drilled.tables.find(({ table }) => sameName(table, drilled.dropped));
  const asked = drilled.tables
    .filter(({ table }) => stage.planned.after.tables.some((known) => sameName(known, table)))
    .toSorted((a, b) => b.expected - a.expected)
    .slice(0, askedTables);
  return {
    title: titleOf(stage.task),
    version: /\d[\d.]*/.exec(drilled.server)?.[0] ?? '',
    drilledBytes: drilled.bytes,
    table: printName(drilled.dropped),
    rows: dropped?.expected ?? 0,
    target: drilled.target,
    backupMs: drilled.backupMs,
    unpackMs: drilled.unpackMs,
    recoverMs: drilled.recoverMs,
    checkMs: drilled.checkMs,
    lostAfter: drilled.acknowledged.after,
    lostToTheEnd: drilled.toTheEnd.missing,
    ...(bytes === undefined ? {} : { productionBytes: bytes }),
    checks: asked.map(({ table }) => ({
      sql: `SELECT count(*) FROM ${quote.name(table)}`,
      expect: 'as many rows as production had at that time',
    })),
    proven: drilled.problems.length === 0,
  };
}
