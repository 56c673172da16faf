/** Checks a structure, or what a task makes of it, against the rules of a team. */
import { step } from '../../base/event.ts';
import { plural } from '../../base/text.ts';
import type { Catalog, Name } from '../../catalog/model.ts';
import { column, report } from '../../report/build.ts';
import type { Report, Severity } from '../../report/model.ts';
import type { DeclaredFacts } from '../../rules/model.ts';
import { schemaRules } from '../../rules/schema/all.ts';
import type { Sandbox } from '../../sandbox/model.ts';
import { readTask } from '../../task/task.ts';
import type { LoadedCurrent } from '../../twin/current.ts';
import { checkTaskSql } from '../check-task.ts';
import { fromHere } from '../files.ts';
import { askChange, askRules, declaredFacts, standardsBlocks, type Asked } from './standards.ts';
import type { Checked } from '../../rules/check.ts';
import { planTask } from '../wanted.ts';
import { structureNamed, withCurrent, type WithCurrent } from '../current/with-current.ts';

/** What `dbd check` is asked. */
export interface CheckOptions extends WithCurrent {
  readonly source?: { readonly text: string | Uint8Array; readonly name?: string };
  /** The lowest severity that fails the check. */
  readonly failOn: Severity;
  readonly limitMs: number;
  readonly cwd: string;
}

const weight: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

/** Asks every rule about the structure; with a task, about the tables that its change makes or touches. */
export async function checkCommand(options: CheckOptions): Promise<Report> {
  const started = performance.now();
  const task = options.source === undefined ? undefined : readTask(options.source);
  if (task === undefined) structureNamed(options.config, 'check');
  return withCurrent(
    { ...options, extensions: task?.requirements.extensions ?? [] },
    async (current, sandbox) => {
      const { engine, config, emit } = options;
      const about = await subjectOf(options, current, sandbox, task);
      const session = await engine.connect(current.database.ownerUrl, {
        application: 'dbd check',
        statementTimeoutMs: 5000,
      });
      const checked = await step(emit, 'ask the rules', () =>
        ask({
          engine,
          session,
          house: current.catalog,
          ...(config.standards ? { standards: config.standards } : {}),
          ...about,
        }),
      ).finally(() => session.close());
      const failing = checked.findings.filter(({ severity }) => weight[severity] <= weight[options.failOn]);
      return report({
        command: 'check',
        title: task ? `${task.id} ${task.title}` : 'Standards',
        started,
        // Rules that were asked about nothing found nothing.
        verdict: failing.length > 0 ? 'failed' : checked.tables === 0 ? 'conditions' : 'proven',
        headline: headlineOf(options.failOn, failing.length, checked),
        findings: checked.findings,
        blocks: standardsBlocks(checked, 'Rules'),
        server: `${sandbox.server}, ${sandbox.provider}`,
        limits: [
          `Structure: ${fromHere(current.source, options.cwd)}.`,
          ...current.limits.map((limit) => fromHere(limit, options.cwd)),
        ],
        output: {
          tables: checked.tables,
          counts: Object.fromEntries(
            (['error', 'warning', 'info'] as const).map((severity) => [
              severity,
              checked.findings.filter((finding) => finding.severity === severity).length,
            ]),
          ),
          explained: checked.explained.length,
        },
      });
    },
  );
}

function headlineOf(failOn: Severity, failing: number, checked: Checked): string {
  const count = failing === 0 ? 'none' : String(failing);
  const grave =
    failOn === 'info' ? '' : `, ${count} of severity ${failOn}${failOn === 'error' ? '' : ' or worse'}`;
  const explained = checked.explained.length === 0 ? '' : `; ${checked.explained.length} explained`;
  return `${plural(checked.findings.length, 'finding')} in ${plural(checked.tables, 'table')}${grave}${explained}.`;
}

function ask({ only, ...asked }: Asked): Promise<Checked> {
  return only === undefined ? askRules(asked) : askChange({ ...asked, only });
}

async function subjectOf(
  options: CheckOptions,
  current: LoadedCurrent,
  sandbox: Sandbox,
  task: ReturnType<typeof readTask> | undefined,
): Promise<{
  readonly catalog: Catalog;
  readonly only?: readonly Name[];
  readonly declared: readonly DeclaredFacts[];
}> {
  const { engine, limitMs, emit, signal } = options;
  const before = current.catalog;
  if (!task) return { catalog: before, declared: [] };
  checkTaskSql(engine, task);
  const { after, design } = await step(emit, 'design and plan the change', () =>
    planTask({ engine, sandbox, current: current.database, before, task, limitMs, emit, signal }),
  );
  const old = new Map(before.tables.map((table) => [`${table.schema}.${table.name}`, JSON.stringify(table)]));
  const only = after.tables.filter(
    (table) => !table.partitionOf && old.get(`${table.schema}.${table.name}`) !== JSON.stringify(table),
  );
  return { catalog: after, only, declared: declaredFacts(task, design, after) };
}

/** The list of rules, without looking at any structure. */
export function listRules(): Report {
  return report({
    command: 'check',
    title: 'Rules',
    started: performance.now(),
    verdict: 'proven',
    headline: `${plural(schemaRules.length, 'rule')}; \`standards:\` in dbd.config.yaml switches them off or makes them graver.`,
    blocks: [
      {
        id: 'rules',
        title: 'Rules',
        kind: 'table',
        columns: [column('Rule', 'code'), column('Group'), column('Severity'), column('Finds')],
        rows: schemaRules.map(({ id, group, severity, finds }) => [id, group, severity, finds]),
      },
    ],
  });
}
