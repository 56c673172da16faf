/** Autovacuum and room on pages, table by table. */
import { printName } from '../../catalog/identity.ts';
import { formatBytes, formatCount } from '../../base/units.ts';
import { fact } from '../../report/build.ts';
import { countedDays, settingOf, tablesOf, type TableFigures } from './known.ts';
import type { Draft, Looked, SettingsOptions } from './model.ts';

const manual = 'PostgreSQL manual, Automatic Vacuuming and CREATE TABLE storage parameters';
/** Smaller tables are vacuumed often enough whatever the factor is. */
const leastRows = 100_000;
/** Days between two vacuums that are seldom enough to mind, when so large a share of the table is dead by then. */
const seldomDays = 3;
const deadShare = 0.05;
/** A vacuum a day, within these factors. */
const factor = { low: 0.005, high: 0.1 };
const insertFactor = { low: 0.01, high: 0.1 };
/** Updates a day that make room on pages worth its bytes, and the share of them that are HOT where nothing is to be gained. */
const updatedShare = 0.02;
const hotEnough = 0.8;
const advisedFill = 90;

/** Scale factors of autovacuum and fillfactor for tables whose sizes and writes call for them. */
export function lookAtUpkeep(options: SettingsOptions): Looked {
  const { snapshot } = options;
  const days = countedDays(snapshot);
  if (days === undefined)
    return {
      drafts: [],
      fine: [],
      limits: [
        'The server does not tell since when it counts: autovacuum of single tables was not looked at.',
      ],
    };
  const all = tablesOf(snapshot).map((one) => look(options, one, days));
  const quiet = all.filter((drafts) => drafts.length === 0).length;
  return {
    drafts: all.flat(),
    fine:
      quiet === 0
        ? []
        : [
            {
              name: 'autovacuum of tables',
              now: `${quiet} of ${all.length} as they are`,
              because: 'They are small, or dead rows are taken away often enough.',
            },
          ],
    limits: [],
  };
}

function look(options: SettingsOptions, one: TableFigures, days: number): readonly Draft[] {
  const { activity, rows, bytes } = one;
  if (!activity || rows < leastRows) return [];
  const daily = {
    dead: (activity.updated + activity.deleted) / days,
    inserted: activity.inserted / days,
    updated: activity.updated / days,
  };
  const figures = [
    fact('rows', formatCount(rows), 'measured'),
    fact('bytes', formatBytes(bytes), 'measured'),
    fact('updated and deleted a day', formatCount(daily.dead), 'measured'),
    fact('inserted a day', formatCount(daily.inserted), 'measured'),
  ];
  const common = {
    scope: { kind: 'table', table: one.table },
    figures,
    takesEffect: 'at once',
    source: manual,
  } as const;
  return [
    ...vacuum(options, one, daily.dead, common),
    ...inserts(options, one, daily, common),
    ...room(one, daily.updated, common),
  ];
}

type Common = Pick<Draft, 'scope' | 'figures' | 'takesEffect' | 'source'>;

function vacuum(options: SettingsOptions, one: TableFigures, dead: number, common: Common): readonly Draft[] {
  const name = 'autovacuum_vacuum_scale_factor';
  const now = valueOf(options, one, name);
  const base = valueOf(options, one, 'autovacuum_vacuum_threshold');
  if (now === undefined || base === undefined || dead === 0) return [];
  const threshold = base + now * one.rows;
  if (threshold / dead <= seldomDays || threshold / one.rows < deadShare) return [];
  const advised = nice(Math.min(factor.high, Math.max(factor.low, (dead - base) / one.rows)));
  if (advised >= now) return [];
  return [
    {
      ...common,
      name,
      now: shownNow(one, name, now),
      advised: String(advised),
      because: `${printName(one.table)} is vacuumed when ${formatCount(threshold)} rows are dead, every ${Math.round(threshold / dead)} days; with ${advised} that is every ${Math.max(1, Math.round((base + advised * one.rows) / dead))}.`,
      rowsPerDay: dead,
      toMeasure:
        'n_dead_tup and last_autovacuum of pg_stat_user_tables over two weeks, and the load that vacuum makes.',
    },
  ];
}

function inserts(
  options: SettingsOptions,
  one: TableFigures,
  daily: { readonly dead: number; readonly inserted: number },
  common: Common,
): readonly Draft[] {
  const name = 'autovacuum_vacuum_insert_scale_factor';
  const now = valueOf(options, one, name);
  const base = valueOf(options, one, 'autovacuum_vacuum_insert_threshold');
  // Where rows die, the other factor brings vacuum along.
  if (now === undefined || base === undefined || daily.inserted === 0 || daily.dead * 4 > daily.inserted)
    return [];
  const threshold = base + now * one.rows;
  if (threshold / daily.inserted <= seldomDays * 7) return [];
  const advised = nice(
    Math.min(insertFactor.high, Math.max(insertFactor.low, (daily.inserted * 7 - base) / one.rows)),
  );
  if (advised >= now) return [];
  return [
    {
      ...common,
      name,
      now: shownNow(one, name, now),
      advised: String(advised),
      because: `${printName(one.table)} grows by inserts and is vacuumed after ${formatCount(threshold)} of them, every ${Math.round(threshold / daily.inserted)} days: until then index-only scans read its new pages, and all of them are frozen at once.`,
      toMeasure:
        'relallvisible ÷ relpages of pg_class over two weeks, and Heap Fetches of its index-only scans.',
    },
  ];
}

function room(one: TableFigures, updated: number, common: Common): readonly Draft[] {
  const name = 'fillfactor';
  const { activity, options } = one;
  const now = Number(options[name] ?? 100);
  if (!activity || activity.updated === 0 || now <= advisedFill || updated / one.rows < updatedShare)
    return [];
  const hot = activity.hotUpdated / activity.updated;
  if (hot >= hotEnough) return [];
  return [
    {
      ...common,
      name,
      now: options[name] ?? 'default (100)',
      advised: String(advisedFill),
      because: `Only ${Math.round(hot * 100)} % of the updates of ${printName(one.table)} find room on their page and touch no index.`,
      figures: [...common.figures, fact('HOT share of updates', `${Math.round(hot * 100)} %`, 'measured')],
      rowsPerDay: updated,
      toMeasure:
        'n_tup_hot_upd ÷ n_tup_upd of pg_stat_user_tables over a week; existing pages follow as they are written, or with a rewrite of the table.',
    },
  ];
}

/** Of the table, else of the server. */
function valueOf({ snapshot }: SettingsOptions, one: TableFigures, name: string): number | undefined {
  const value = one.options[name] ?? settingOf(snapshot, name)?.value;
  return value === undefined || !Number.isFinite(Number(value)) ? undefined : Number(value);
}

function shownNow({ options }: TableFigures, name: string, now: number): string {
  return options[name] ?? `default (${now})`;
}

/** One figure, as people write such factors. */
function nice(value: number): number {
  return Number(value.toPrecision(1));
}
