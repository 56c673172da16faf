/** Blocks that tell which queries ran in which phase, and what became of what the new version wrote. */
import { plural } from '../../base/text.ts';
import { column } from '../../report/build.ts';
import type { Block, Cell } from '../../report/model.ts';
import { brokenRuns, sharedPhases } from '../../rehearse/compatibility.ts';
import type { ChangeRehearsal, CompatibilityRun, NewVersionTrip } from '../../rehearse/model.ts';

/** Existing queries per phase and protocol mode; only the modes that broke are listed when any did. */
export function compatibilityBlock(runs: readonly CompatibilityRun[]): Block {
  if (runs.some(({ version }) => version === 'new')) return versionsBlock(runs);
  const broken = runs.filter((run) => !run.ok);
  const rows =
    broken.length > 0
      ? broken.map((run): Cell[] => [
          run.query,
          run.phase,
          run.mode,
          { text: run.error ?? 'failed', tone: 'bad' },
        ])
      : [...new Set(runs.map((run) => run.query))].map((query): Cell[] => [
          query,
          'every phase',
          [...new Set(runs.map((run) => run.mode))].join(', '),
          { text: 'runs', tone: 'good' },
        ]);
  return {
    id: 'compatibility',
    title: 'Queries of the running application in every phase',
    kind: 'table',
    rows,
    columns: [{ title: 'query' }, { title: 'phase' }, { title: 'mode' }, { title: 'result' }],
  };
}

/** Both versions side by side: which query runs in which phase. */
function versionsBlock(runs: readonly CompatibilityRun[]): Block {
  const phases = [...new Set(runs.map(({ phase }) => phase))];
  const wrong = new Set(brokenRuns(runs));
  const rows = [...new Set(runs.map((run) => JSON.stringify([run.query, run.version ?? 'today'])))].map(
    (key): Cell[] => {
      const [query, version] = JSON.parse(key) as [string, string];
      const own = runs.filter((run) => run.query === query && (run.version ?? 'today') === version);
      return [
        query,
        version === 'new' ? 'new version' : 'today',
        ...phases.map((phase): Cell => {
          const here = own.filter((run) => run.phase === phase);
          if (here.length === 0) return '–';
          const failed = here.filter((run) => !run.ok);
          if (failed.length === 0) return { text: 'runs', tone: 'good' };
          const which =
            failed.length === here.length ? 'fails' : `fails: ${failed.map(({ mode }) => mode).join(', ')}`;
          return { text: which, tone: failed.some((run) => wrong.has(run)) ? 'bad' : 'plain' };
        }),
      ];
    },
  );
  const shared = sharedPhases(runs);
  const modes = [...new Set(runs.map(({ mode }) => mode))].join(', ');
  return {
    id: 'compatibility',
    title: 'Queries of both versions in every phase',
    kind: 'table',
    rows,
    columns: [column('query'), column('version'), ...phases.map((phase) => column(phase))],
    note:
      shared.length > 0
        ? `Roll the new version out after: ${shared.join(' or ')}. Modes: ${modes}.`
        : `In no phase do all queries of both versions run, so the new version cannot be rolled out without an interruption. Modes: ${modes}.`,
  };
}

/** Queries through a pooler, as a limit where there was none. */
export function poolerLimits({ pooler }: Pick<ChangeRehearsal, 'pooler'>): readonly string[] {
  if (!pooler) return [];
  return 'title' in pooler
    ? [`Queries were also tried through ${pooler.title} in transaction mode.`]
    : [`Queries were not tried through a pooler: ${pooler.missing}.`];
}

/** The way back after writes of the new version. */
export function newVersionBlocks(trip: NewVersionTrip | undefined): readonly Block[] {
  if (!trip) return [];
  const wrote = `${plural(trip.inserted, 'row')} inserted, ${plural(trip.updated, 'row')} changed in the new shape${trip.called > 0 ? `, ${plural(trip.called, 'call')} of the new version's queries` : ''}`;
  const tones = { exact: 'good', lossy: 'bad', impossible: 'bad', 'not tried': 'plain' } as const;
  const rows: Cell[][] = [
    ['written after up', wrote],
    ['the way back then', { text: verdictOf(trip), tone: tones[trip.verdict] }],
    ...trip.lost.map(({ table, column: name, rows: count }): Cell[] => [
      `${table}${name === '*' ? '' : `.${name}`}`,
      {
        text:
          count === undefined
            ? 'values of older rows, or of the given queries, differ'
            : name === '*'
              ? `${plural(count, 'row')} gone`
              : `${plural(count, 'value')} lost`,
        tone: 'bad',
      },
    ]),
  ];
  return [
    {
      id: 'new-version',
      title: 'The way back after the new version has written',
      kind: 'table',
      columns: [column('what'), column('result')],
      rows,
      note: [
        'Measured: up, writes that only the new shape takes, down, up again, every written value compared.',
        ...(trip.refused.length > 0 ? [`Not written: ${trip.refused.slice(0, 6).join('; ')}.`] : []),
      ].join(' '),
    },
  ];
}

function verdictOf(trip: NewVersionTrip): string {
  switch (trip.verdict) {
    case 'exact':
      return 'exact: down and up again brings every written value back';
    case 'lossy':
      return `lossy: ${trip.lost.map(({ table, column: name }) => (name === '*' ? table : `${table}.${name}`)).join(', ')}`;
    case 'impossible':
      return `impossible, ${trip.failed?.where ?? 'down'} fails: ${trip.failed?.error.message ?? ''}`;
    case 'not tried':
      return 'not proven: nothing could be written';
  }
}
