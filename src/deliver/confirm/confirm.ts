/** `dbd confirm`: after a change, production's own figures before and after, and whether everything is as it was meant. */
import { basename, resolve } from 'node:path';
import { fail } from '../../base/error.ts';
import { step as told, type Emit } from '../../base/event.ts';
import { plural } from '../../base/text.ts';
import { formatBytes } from '../../base/units.ts';
import type { Engine, Snapshot } from '../../engine/model.ts';
import { stepsOf } from '../../preflight/steps.ts';
import type { Report } from '../../report/model.ts';
import { report } from '../../report/build.ts';
import { countersOf } from '../../snapshot/diff/counters.ts';
import { readSnapshot, writeSnapshot } from '../../snapshot/file.ts';
import { maskSnapshot } from '../../snapshot/mask/mask.ts';
import { changeInput } from '../preflight/change-input.ts';
import { confirmReport } from './confirm-report.ts';
import { statementFigures } from './statements.ts';

export interface ConfirmOptions {
  readonly engine: Engine;
  readonly url: string;
  /** Longest time of one question, milliseconds. */
  readonly timeoutMs: number;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

/** Statements that are read at most. */
const mostStatements = 5000;

/** Keeps the figures of now, before a change, in a snapshot without rows. */
export async function takeBefore(
  options: ConfirmOptions & { readonly out: string; readonly shown: string },
): Promise<Report> {
  const started = performance.now();
  const snapshot = await maskSnapshot(await look(options), {
    engine: options.engine,
    columns: 'auto',
    declared: [],
  });
  const { bytes } = await writeSnapshot(options.out, snapshot);
  return report({
    command: 'confirm',
    title: options.shown,
    headline: `Kept: ${plural(snapshot.workload.statements.length, 'statement')}, ${plural(snapshot.catalog.tables.length, 'table')}, ${formatBytes(bytes)}, no row.`,
    started,
    server: `PostgreSQL ${snapshot.source.version}`,
    limits: unseen(snapshot),
    next: [
      {
        command: `dbd confirm <change> --before ${options.shown}`,
        why: 'when the change has run, and its queries some hundred times',
      },
    ],
    output: { file: options.out, takenAt: snapshot.takenAt, statements: snapshot.workload.statements.length },
  });
}

/** Looks at the database after a change, beside a snapshot from before it where there is one. Throws `file.*`, `snapshot.invalid`, `preflight.refused`. */
export async function confirm(
  options: ConfirmOptions & {
    readonly paths: readonly string[];
    readonly shown: readonly string[];
    readonly before?: string;
  },
): Promise<Report> {
  const started = performance.now();
  const { engine, paths, shown } = options;
  await engine.grammar.ready();
  const input = await changeInput(paths);
  const steps = stepsOf(input.files, engine);
  const before = options.before === undefined ? undefined : await readSnapshot(options.before);
  const after = await look(options);
  if (before && before.source.database !== after.source.database)
    fail(
      'preflight.refused',
      `The figures from before are of ${before.source.database}, not of ${after.source.database}.`,
      {
        hint: 'Take them on the same database: dbd confirm --take before.dbds.',
      },
    );
  const parsed = steps.map(({ sql }) => engine.grammar.split(sql));
  const places = parsed.flatMap((statements, at) => statements.map(() => at));
  return confirmReport({
    title: input.folder === undefined ? shown.join(', ') : basename(resolve(input.folder)),
    started,
    again: `dbd confirm ${shown.join(' ')}`,
    change: input.hash,
    steps,
    tables: parsed.map((statements) =>
      statements.flatMap((statement) => engine.grammar.touches(statement)).map(({ name }) => name),
    ),
    expected: engine.preconditions
      .expected(parsed.flat())
      .map((one) => ({ ...one, step: places[one.statement]! })),
    after,
    ...(before
      ? { before, statements: statementFigures(before, after, engine), counters: countersOf(before, after) }
      : { statements: [] }),
    limits: unseen(after),
  });
}

async function look({ engine, url, timeoutMs, emit, signal }: ConfirmOptions): Promise<Snapshot> {
  const session = await engine.connect(url, { application: 'dbd confirm', readOnly: true });
  try {
    return await told(emit, 'read the figures', () =>
      engine.capture.read(session, {
        probes: [],
        statementMs: timeoutMs,
        statements: mostStatements,
        emit,
        signal,
      }),
    );
  } finally {
    await session.close();
  }
}

const unseen = ({ unseen: hidden }: Snapshot): readonly string[] =>
  hidden.map(({ what, grant }) => `Not seen: ${what}.${grant === undefined ? '' : ` ${grant}`}`);
