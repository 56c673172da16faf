/** The story of `dbd twin`: a snapshot becomes a database that stays for a while. */
import { plural } from '../../base/text.ts';
import { formatBytes, formatCount } from '../../base/units.ts';
import type { Snapshot } from '../../engine/model.ts';
import { column, fact, report } from '../../report/build.ts';
import type { Block, Report } from '../../report/model.ts';
import { readSnapshot } from '../../snapshot/file.ts';
import { printDuration } from '../../task/units.ts';
import { makeHollow } from '../../twin/hollow/hollow.ts';
import { filledStory } from './filled.ts';
import { maskedOtherwise, orStop, queriesOn, withoutVerdict, workloadBlock } from './measured.ts';
import type { StandingTwin, TwinOptions } from './twin-options.ts';

/** Reasons that a report tells, and things that are named for each; `--json` holds all. */
const told = 30;
const named = 3;

/** Makes the twin and lets it outlive the command; throws `snapshot.invalid`, `sandbox.*`, `twin.*` and leaves no half twin then. */
export async function standTwin(options: TwinOptions): Promise<Report> {
  const started = performance.now();
  const { engine, kind, ttlMs, signal } = options;
  const snapshot = await readSnapshot(options.file);
  await engine.grammar.ready();
  const twin =
    kind === 'hollow' ? await hollowStory(options, snapshot) : await filledStory(options, snapshot);
  try {
    signal.throwIfAborted();
    const until = new Date(Date.now() + ttlMs).toISOString();
    await twin.keep(
      ttlMs / 1000,
      `${kind} twin of ${snapshot.source.database}, ${snapshot.takenAt.slice(0, 10)}`,
    );
    return report({
      command: 'twin',
      title: `Twin of ${snapshot.source.database}`,
      headline: `${twin.headline} It is up for ${printDuration(ttlMs)}.`,
      started,
      verdict: 'proven',
      server: twin.server,
      blocks: [address(twin, snapshot, until), ...twin.blocks, ...inexact(twin)],
      limits: twin.limits,
      next: [
        {
          command: `psql "${twin.url}"`,
          why: kind === 'hollow' ? 'a prompt: EXPLAIN answers as in production' : 'a prompt on its rows',
        },
        { command: `dbd twin stop ${twin.id}`, why: 'ends it and removes its data' },
      ],
      output: {
        id: twin.id,
        url: twin.url,
        until,
        kind,
        exact: twin.exact,
        notExact: twin.notExact,
        ...twin.output,
      },
    });
  } catch (error) {
    await twin.stop();
    throw error;
  }
}

async function hollowStory(options: TwinOptions, snapshot: Snapshot): Promise<StandingTwin> {
  const { engine, config, emit, signal } = options;
  const made = await makeHollow({
    engine,
    snapshot,
    emit,
    signal,
    ...(config.sandbox === undefined ? {} : { named: config.sandbox }),
  });
  const { sandbox, database } = made;
  const masked = maskedOtherwise(snapshot);
  const found = await orStop(sandbox, () => queriesOn(options, snapshot, made));
  return {
    id: sandbox.id,
    url: made.url,
    server: `${sandbox.server}, ${sandbox.provider}`,
    exact: made.exact && masked.length === 0,
    notExact: [
      ...made.leftOut.map(({ path, why }) => ({ what: path, why })),
      ...made.notExact,
      ...masked,
      ...withoutVerdict(found),
    ],
    headline: `The planner sees ${formatBytes(made.apparentBytes)} in ${formatBytes(made.diskBytes)}.`,
    blocks: [workloadBlock(snapshot, found)],
    limits: [...found.limits, 'A hollow twin has no rows: it shows plans and costs, never times.'],
    output: { apparentBytes: made.apparentBytes, diskBytes: made.diskBytes },
    keep: (seconds, holds) => sandbox.keep(seconds, database, holds),
    stop: () => sandbox.stop(),
  };
}

function address(twin: StandingTwin, snapshot: Snapshot, until: string): Block {
  const { source, catalog, takenAt } = snapshot;
  const indexes = snapshot.relations.filter(({ kind }) => kind === 'index').length;
  return {
    id: 'twin',
    title: 'Twin',
    kind: 'facts',
    facts: [
      fact('id', twin.id, 'measured'),
      fact('url', twin.url, 'measured'),
      fact('until', until, 'measured'),
      fact(
        'of',
        `${source.database}, ${source.version}, as it was on ${takenAt.slice(0, 16)} UTC`,
        'measured',
      ),
      fact(
        'holds',
        `${plural(catalog.tables.length, 'table')}, ${plural(indexes, 'index', 'indexes')}, ${formatCount(snapshot.columns.length)} columns with statistics`,
        'measured',
      ),
    ],
  };
}

/** Things with one reason are told together. */
function inexact({ notExact }: StandingTwin): readonly Block[] {
  const reasons = new Map<string, string[]>();
  for (const { what, why } of notExact) reasons.set(why, [...(reasons.get(why) ?? []), what]);
  if (reasons.size === 0) return [];
  return [
    {
      id: 'not-exact',
      title: 'Not exact',
      kind: 'table',
      columns: [column('what', 'code'), column('why')],
      rows: [...reasons]
        .slice(0, told)
        .map(([why, things]) => [
          [
            ...things.slice(0, named),
            ...(things.length > named ? [`${things.length - named} more`] : []),
          ].join(', '),
          why,
        ]),
      note: 'Each by name, with its reason: --json.',
    },
  ];
}
