/** Runs generated code with a project's own mapper on a copy of the twin, every statement counted on its way to the server. */
import { checkModels } from '../../application/check/check.ts';
import type { Call, CheckResult } from '../../application/check/model.ts';
import type { Mapper, Models, Written } from '../../application/model.ts';
import type { Engine } from '../../engine/model.ts';
import type { Sandbox, SandboxDatabase } from '../../sandbox/model.ts';

export interface RunModels {
  readonly engine: Engine;
  readonly sandbox: Sandbox;
  /** Copied; its own rows stay as they are. */
  readonly database: SandboxDatabase;
  readonly mapper: Mapper;
  readonly models: Models;
  readonly written: Written;
  readonly project: string;
  readonly calls: readonly Call[];
  readonly signal: AbortSignal;
}

/** Checks one mapper's files; the copy is dropped. */
export async function runModels(options: RunModels): Promise<CheckResult> {
  const { engine, sandbox, mapper, calls } = options;
  const copy = await sandbox.createDatabase({ from: options.database });
  try {
    const watcher = await engine.watch.open(copy.adminUrl, sandbox.log);
    try {
      const proxy = await engine.record.start({ ownerUrl: copy.ownerUrl, watcher });
      try {
        // Prisma's decimals do not keep zeros at the end, so their texts do not compare.
        const compared = mapper.name === 'prisma' ? calls.map(withoutDecimals) : calls;
        return await checkModels({ ...options, calls: compared, url: proxy.url }, () =>
          proxy.statements().map(({ sql }) => sql),
        );
      } finally {
        await proxy.close();
      }
    } finally {
      await watcher.close();
    }
  } finally {
    await sandbox.dropDatabase(copy);
  }
}

function withoutDecimals(call: Call): Call {
  const kept = call.columns.map(({ kind }) => kind !== 'decimal');
  return {
    ...call,
    columns: call.columns.filter((_, at) => kept[at]),
    expected: call.expected.map((row) => row.filter((_, at) => kept[at])),
  };
}
