/** `dbd plan`: two structures in, a proven change out. */
import { basename, join } from 'node:path';
import { fail } from '../../base/error.ts';
import type { Emit } from '../../base/event.ts';
import { changeFiles } from '../../change/files.ts';
import type { Engine } from '../../engine/model.ts';
import type { Report } from '../../report/model.ts';
import { prepareFolder, writeFolder } from '../files.ts';
import { planWay } from './plan.ts';
import { readRename } from './renames.ts';
import { planReport } from './report.ts';
import type { RoleMode } from './roles.ts';
import { withSides, type Named } from './sides.ts';

export interface PlanCommand {
  readonly engine: Engine;
  readonly from: Named;
  readonly to: Named;
  /** The sides as they were written, for the calls that follow. */
  readonly call: string;
  /** Answers as they were written: `users.name=full_name`. */
  readonly renames: readonly string[];
  readonly roles: boolean;
  readonly offline: boolean;
  readonly sql: boolean;
  readonly named?: string;
  readonly major?: number;
  readonly lockTimeoutMs: number;
  /** Folder of changes that gets a new one, and what it is called there. */
  readonly out?: { readonly folder: string; readonly shown: string; readonly name: string };
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

/** Plans, proves, and writes the change; throws `file.*`, `sql.*`, `connect.*`, `sandbox.*`, `usage.wrong-option`. */
export async function planCommand(options: PlanCommand): Promise<Report> {
  const started = performance.now();
  const { engine, out, emit, signal } = options;
  if (out) await prepareFolder(join(out.folder, out.name));
  return withSides(options, async (sides) => {
    const id = out?.name ?? 'plan';
    const outcome = await planWay(
      {
        engine,
        renames: options.renames.map((text) =>
          readRename(text, { from: sides.from.catalog, to: sides.to.catalog }),
        ),
        roles: roleMode(options),
        offline: options.offline,
        id,
        title: `${basename(sides.from.source)} to ${basename(sides.to.source)}`,
        lockTimeoutMs: options.lockTimeoutMs,
        emit,
        signal,
      },
      sides,
    );
    for (const { kind, from, to } of outcome.planned.questions)
      if (options.sql)
        emit({
          kind: 'warning',
          text: `${kind} ${from} goes and ${to} comes: is that a rename? Answer with --rename '${from}=${to}' or --rename '${from}=no'`,
        });
    for (const { path, why } of outcome.refused)
      if (options.sql) emit({ kind: 'warning', text: `refused: ${path}: ${why}` });
    const { way } = outcome;
    if (out && way) {
      if (outcome.planned.questions.length > 0)
        fail('change.refused', 'A change is written only when every question about renames is answered.', {
          hint: outcome.planned.questions
            .map(({ from, to }) => `--rename '${from}=${to}' or --rename '${from}=no'`)
            .join('; '),
        });
      await writeFolder(
        join(out.folder, out.name),
        changeFiles(way.change).map(({ path, sql }) => ({ path, text: sql })),
        ['up', 'down'],
      );
    }
    return planReport(outcome, {
      grammar: engine.grammar,
      started,
      call: options.call,
      sql: options.sql,
      ...(out && way ? { folder: join(out.shown, out.name) } : {}),
      limits: [...new Set([...sides.from.limits, ...sides.to.limits])],
    });
  });
}

/** Where both sides are texts of SQL, roles that they make are made as well; elsewhere they are the server's business. */
function roleMode({ roles, from, to }: PlanCommand): RoleMode {
  if (roles) return 'plan';
  const isText = ({ kind }: Named): boolean => kind === 'file' || kind === 'folder' || kind === 'none';
  return isText(from) && isText(to) ? 'make' : 'assume';
}
