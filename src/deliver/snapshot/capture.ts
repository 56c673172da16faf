/** `dbd snapshot`: a database is read, or a script's output, and becomes one file. */
import { readFile, writeFile } from 'node:fs/promises';
import { fail } from '../../base/error.ts';
import { step, type Emit } from '../../base/event.ts';
import { plural } from '../../base/text.ts';
import { formatCount } from '../../base/units.ts';
import type { CaptureOptions, Engine, ProbeKind, Snapshot } from '../../engine/model.ts';
import { report } from '../../report/build.ts';
import type { Report } from '../../report/model.ts';
import { writeSnapshot } from '../../snapshot/file.ts';
import { maskSnapshot } from '../../snapshot/mask/mask.ts';
import { sampledSnapshot } from '../../snapshot/workload/samples.ts';
import { maskedBlock } from './blocks.ts';
import { captureBlocks, captureHeadline } from './capture-blocks.ts';

/** What is read, and with which limits. */
export interface Limits {
  readonly probes: readonly ProbeKind[];
  /** Longest time of one statement, milliseconds. */
  readonly statementMs: number;
  readonly statements: number;
}

/** What `dbd snapshot` is asked when it makes a file. */
export interface CaptureCommand extends Limits {
  readonly engine: Engine;
  readonly from:
    | { readonly kind: 'database'; readonly url: string }
    | { readonly kind: 'output'; readonly path: string; readonly shown: string };
  /** Logs that hold values of the statements' calls. */
  readonly samples: readonly string[];
  /** Private columns, no column, or the named ones, `table.column`. */
  readonly mask: 'auto' | 'none' | readonly string[];
  /** Columns that the configuration calls private. */
  readonly declared: readonly string[];
  readonly out: string;
  /** The file as it was named. */
  readonly shownOut: string;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

/** Takes a snapshot and writes its file; throws `connect.*`, `sql.timeout`, `snapshot.invalid`, `file.*`. */
export async function captureCommand(options: CaptureCommand): Promise<Report> {
  const started = performance.now();
  const { emit, out, shownOut } = options;
  const { snapshot: real, limits } = await sampled(options, await captured(options));
  const snapshot = await step(emit, 'mask private values', () =>
    maskSnapshot(real, { engine: options.engine, columns: options.mask, declared: options.declared }),
  );
  const written = await step(emit, 'write the file', () => writeSnapshot(out, snapshot));
  return report({
    command: 'snapshot',
    title: `Snapshot of ${snapshot.source.database}`,
    headline: captureHeadline(snapshot, written.bytes),
    started,
    server: `PostgreSQL ${snapshot.source.version}`,
    blocks: [...captureBlocks(snapshot), ...maskedBlock(snapshot.masked)],
    limits: [
      ...limits,
      ...(written.replaced ? [`An older snapshot stood at ${shownOut}; it was replaced.`] : []),
    ],
    next: [
      {
        command: `dbd snapshot show ${shownOut}`,
        why: 'what is inside, and which columns have values in it',
      },
      { command: `dbd twin ${shownOut}`, why: 'a database without rows that plans as this one does' },
    ],
    output: {
      file: out,
      bytes: written.bytes,
      tables: snapshot.catalog.tables.length,
      statements: snapshot.workload.statements.length,
      unseen: snapshot.unseen,
      probes: snapshot.probes.ran.length,
      masked: snapshot.masked,
    },
  });
}

/** Writes the script, or returns a report that holds nothing else when no file is named. */
export async function scriptCommand(
  options: Limits & { readonly engine: Engine; readonly out?: string; readonly shownOut?: string },
): Promise<Report> {
  const started = performance.now();
  const { engine, out, shownOut } = options;
  const text = engine.capture.script(options);
  if (out !== undefined)
    await writeFile(out, text).catch((cause: NodeJS.ErrnoException) =>
      fail('file.unwritable', `The script cannot be written to ${shownOut} (${cause.code ?? 'unknown'}).`, {
        cause,
        hint: 'Check that the folder exists and is writable.',
      }),
    );
  return report({
    command: 'snapshot',
    title: 'Snapshot script',
    headline:
      out === undefined ? 'Run it with psql, and keep its output.' : `The script was written to ${shownOut}.`,
    started,
    blocks: [{ id: 'script', title: 'Script', kind: 'code', language: 'sql', text }],
    next: [
      {
        command: `psql -X "$DATABASE_URL" -f ${shownOut ?? 'snapshot.sql'} -o snapshot.txt`,
        why: 'one read-only transaction with time limits; the output is text that can be looked at',
      },
      { command: 'dbd snapshot --from snapshot.txt -o prod.dbds', why: 'makes the file from the output' },
    ],
    output: out === undefined ? { script: text } : { file: out },
  });
}

/** The snapshot with values of real calls, where logs were given. */
async function sampled(
  { engine, samples, emit, signal }: CaptureCommand,
  snapshot: Snapshot,
): Promise<{ readonly snapshot: Snapshot; readonly limits: readonly string[] }> {
  if (samples.length === 0) return { snapshot, limits: [] };
  const found = await sampledSnapshot({ engine, snapshot, paths: samples, emit, signal });
  const { statements } = found.snapshot.workload;
  return {
    snapshot: found.snapshot,
    limits: [
      `${plural(found.statements, 'statement')} of ${statements.length} have values of real calls: ${formatCount(found.matched)} of the ${formatCount(found.calls)} calls in the logs are of counted statements.`,
      ...found.limits,
    ],
  };
}

async function captured(options: CaptureCommand): Promise<Snapshot> {
  const { engine, from, emit, signal } = options;
  if (from.kind === 'output') {
    const text = await outputText(from.path, from.shown);
    return step(emit, 'read the output', () => engine.capture.fromScript(text));
  }
  const wanted: CaptureOptions = {
    probes: options.probes,
    statementMs: options.statementMs,
    statements: options.statements,
    emit,
    signal,
  };
  const session = await engine.connect(from.url, { application: 'dbd snapshot' });
  try {
    return await engine.capture.read(session, wanted);
  } catch (error) {
    if (signal.aborted)
      fail('interrupted', 'The snapshot was stopped; no file was written.', { cause: error });
    throw error;
  } finally {
    await session.close();
  }
}

/** Text of a file that psql wrote, or a shell of Windows in UTF-16. */
async function outputText(path: string, shown: string): Promise<string> {
  const bytes = await readFile(path).catch((cause: NodeJS.ErrnoException) =>
    fail(
      cause.code === 'ENOENT' ? 'file.missing' : 'file.unreadable',
      `The output ${shown} cannot be read (${cause.code ?? 'unknown'}).`,
      { cause, hint: 'Give the file that psql wrote with -o.' },
    ),
  );
  const wide = bytes[0] === 0xff && bytes[1] === 0xfe;
  return new TextDecoder(wide ? 'utf-16le' : 'utf-8').decode(bytes);
}
