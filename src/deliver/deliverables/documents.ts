/** Runbook, capacity plan, index strategy, effort and risk: each from what was run. */
import { formatBytes, formatCount } from '../../base/units.ts';
import { plural } from '../../base/text.ts';
import { changeFiles } from '../../change/files.ts';
import {
  advise,
  capacityPlan,
  pageFill,
  perRow,
  rowsAt,
  type TableCapacity,
} from '../../document/capacity.ts';
import { estimate, risksOf } from '../../document/estimate.ts';
import { indexStrategy } from '../../document/index-strategy.ts';
import { runbook } from '../../document/runbook.ts';
import { column } from '../../report/build.ts';
import type { Block, Cell, Finding } from '../../report/model.ts';
import { titleOf } from '../asking/ask.ts';
import { changedTables } from '../changed-tables.ts';
import { capacityOf } from '../documents/capacity-facts.ts';
import { estimateFacts } from '../documents/estimate-facts.ts';
import { indexesOf } from '../documents/index-facts.ts';
import { runbookFacts } from '../documents/runbook-facts.ts';
import { tryStops, tryWatches } from '../trials/stops.ts';
import type { Deliverable } from './model.ts';

/** The documents of a change; it stands last, since the estimate looks at what the others found. */
export const documents: Deliverable = {
  name: 'documents',
  doing: 'try the runbook, write the documents',
  wanted: () => true,
  async make(stage, earlier) {
    const changed = changedTables(stage);
    const { change } = stage.planned;
    const files = changeFiles(change);
    const stops = stage.rehearsal.upFailed ? [] : await tryStops({ ...stage, change });
    const watches = await tryWatches(stage);
    const capacity = capacityOf(stage, changed);
    const title = titleOf(stage.task);
    const where = `${stage.server}, ${formatCount(stage.volumes.reduce((sum, one) => sum + one.rows, 0))} rows`;
    const facts = estimateFacts(stage, earlier, files);
    return {
      files: [
        {
          path: 'runbook.md',
          what: 'deploy, watch, stop and roll back, as it was tried',
          text: runbook(runbookFacts(stage, { files, stops, watches, where, earlier })),
        },
        {
          path: 'capacity.md',
          what: 'bytes per row, growth, when to partition or archive',
          text: capacityPlan(capacity, { title, where }),
        },
        {
          path: 'indexes.md',
          what: 'why each index is there, and what it costs',
          text: indexStrategy(title, indexesOf(stage, changed), stage.tuned.rejected, stage.access.length),
        },
        { path: 'estimate.md', what: 'effort and risk, from the measured facts', text: estimate(facts) },
      ],
      blocks: [...capacityBlocks(capacity), riskBlock(facts)],
      findings: stopFindings(stops),
    };
  },
};

function capacityBlocks(tables: readonly TableCapacity[]): readonly Block[] {
  const known = tables.filter(({ measuredRows }) => measuredRows > 0);
  if (known.length === 0) return [];
  const advice = advise(known);
  return [
    {
      id: 'capacity',
      title: 'Growth',
      kind: 'bars',
      unit: 'bytes',
      bars: known.map((one) => ({
        label: one.name,
        before: rowsAt(one, 0) * perRow(one),
        after: one.horizon * perRow(one),
      })),
      note: `Bytes of table and indexes, today and at the horizon: measured bytes per row, declared or assumed rows; pages filled to ${pageFill.least * 100} % take ${Math.round((1 / pageFill.least - 1) * 100)} % more. ${
        advice.length === 0
          ? 'Nothing has to be partitioned or archived at this growth.'
          : advice.map((one) => `${one.table} ${one.text}.`).join(' ')
      }`,
    },
    {
      id: 'capacity-rows',
      title: 'Bytes of a row',
      kind: 'table',
      columns: [
        column('table'),
        column('table, per row', 'right'),
        column('indexes, per row', 'right'),
        column('rows at the horizon', 'right'),
        column('bytes at the horizon', 'right'),
        column('basis of the growth'),
      ],
      rows: known.map((one): readonly Cell[] => [
        one.name,
        formatBytes(one.heapPerRow),
        formatBytes(perRow(one) - one.heapPerRow),
        formatCount(one.horizon),
        `${formatBytes(one.horizon * perRow(one))} – ${formatBytes((one.horizon * perRow(one)) / pageFill.least)}`,
        one.basis,
      ]),
    },
  ];
}

function riskBlock(facts: ReturnType<typeof estimateFacts>): Block {
  return {
    id: 'risk',
    title: 'Risk',
    kind: 'table',
    columns: [column('level'), column('about'), column('because'), column('basis')],
    rows: risksOf(facts).map((risk): readonly Cell[] => [
      { text: risk.level, tone: risk.level === 'high' ? 'bad' : risk.level === 'low' ? 'good' : 'plain' },
      risk.about,
      risk.because,
      risk.basis,
    ]),
  };
}

function stopFindings(stops: Awaited<ReturnType<typeof tryStops>>): readonly Finding[] {
  const bad = stops.filter((stop) => stop.failed !== undefined || stop.differences > 0);
  return bad.slice(0, 3).map(({ after, failed, differences }) => ({
    rule: 'no-way-back-from-the-middle',
    severity: 'warning',
    place: after,
    message: `Stopped after ${after}, the change cannot be taken back cleanly: ${failed ?? `${plural(differences, 'difference')} from the start are left`}`,
    why: 'Somebody who aborts the deployment there has to repair the structure by hand.',
    instead: 'Go on to the end of the change, then take all of it back.',
  }));
}
