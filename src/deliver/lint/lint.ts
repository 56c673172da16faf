/** Says what a migration will do, before it runs anywhere: what its statements lock, read and write anew, and how nobody would wait. */
import { plural } from '../../base/text.ts';
import type { Engine, FactsContext } from '../../engine/model.ts';
import { formats } from '../../formats/all.ts';
import type { Read } from '../../formats/model.ts';
import { report } from '../../report/build.ts';
import type { Block, Finding, Report, Severity } from '../../report/model.ts';
import { askedRules, lintUnit, nextMigration, type LintOptions } from '../../rules/lint/lint.ts';
import type { Standards } from '../../rules/model.ts';
import { findingsOf, idleSuppressions } from './findings.ts';
import type { Known } from './known.ts';
import { rulesTable } from './rules-table.ts';
import { sourcesOf } from './sources.ts';

/** What `dbd lint` is asked. */
export interface LintCommand {
  readonly engine: Engine;
  readonly read: Read;
  readonly known: Known;
  /** Version for which is judged when nothing tells it. */
  readonly serverVersion: number;
  readonly failOn: Severity;
  readonly only: readonly string[];
  readonly smallRows: number;
  readonly standards?: Pick<Standards, 'rules' | 'deviations'>;
  /** Decides which deviations are over, `2026-11-20`. */
  readonly today: string;
}

const weight: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

/** Asks every rule about the statements of all migrations in their order. */
export async function lint(command: LintCommand): Promise<Report> {
  const started = performance.now();
  const { engine, read, known, standards } = command;
  await engine.grammar.ready();
  const serverVersion = known.serverVersion ?? command.serverVersion;
  const options: LintOptions = {
    engine,
    serverVersion,
    ...(known.catalog ? { catalog: known.catalog } : {}),
    ...(known.rows ? { rows: known.rows } : {}),
    smallRows: command.smallRows,
    severities: standards?.rules ?? {},
    only: command.only,
  };
  const findings: Finding[] = [];
  const explained: Finding[] = [];
  const unmeasured: string[] = [];
  let statements = 0;
  let commands = 0;
  let context: FactsContext = { serverVersion, ...(known.catalog ? { catalog: known.catalog } : {}) };
  let file = '';
  for (const migration of read.migrations) {
    // Changesets of one file go together; what an earlier file made is in use by now.
    if (migration.file !== file) context = nextMigration(context);
    file = migration.file;
    const sources = sourcesOf(engine, migration, read);
    const linted = lintUnit(
      {
        statements: sources.statements.map(({ statement }) => statement),
        transaction: migration.transaction,
        ...(migration.aloneOutside ? { aloneOutside: migration.aloneOutside } : {}),
      },
      context,
      options,
    );
    context = linted.after;
    statements += sources.statements.length;
    commands += sources.commands;
    const told = findingsOf(linted.found, sources, {
      grammar: engine.grammar,
      ...(standards ? { deviations: standards.deviations } : {}),
      today: command.today,
      asked: new Set(askedRules(options).map(({ id }) => id)),
    });
    findings.push(...sources.findings, ...told.findings);
    explained.push(...told.explained);
    for (const [index, one] of linted.told.entries())
      if (one.facts.known.length === 0) unmeasured.push(placeText(sources.statements[index]!.span));
    findings.push(...idleSuppressions(sources, told.used, engine.grammar));
  }
  const failing = findings.filter(({ severity }) => weight[severity] <= weight[command.failOn]);
  const count = (severity: Severity): number => findings.filter((one) => one.severity === severity).length;
  return report({
    command: 'lint',
    title: titleOf(read),
    started,
    verdict: failing.length > 0 ? 'failed' : statements === 0 ? 'conditions' : 'proven',
    headline: `${plural(findings.length, 'finding')} in ${plural(statements, 'statement')} of ${plural(read.migrations.length, 'migration')}${explained.length > 0 ? `; ${explained.length} explained` : ''}.`,
    findings: sorted(findings),
    blocks: explained.length === 0 ? [] : [explainedBlock(explained)],
    limits: [
      `Judged for PostgreSQL ${Math.floor(serverVersion / 10_000)} from ${known.source}; a file says nothing of your rows.`,
      ...(known.rows ? [] : ['Sizes of tables are not known: give --snapshot or --database.']),
      ...(unmeasured.length > 0
        ? [
            `What ${plural(unmeasured.length, 'statement')} ${unmeasured.length === 1 ? 'locks was' : 'lock was'} not measured: ${unmeasured.slice(0, 5).join(', ')}${unmeasured.length > 5 ? ' …' : ''}.`,
          ]
        : []),
      ...(commands > 0
        ? [`${plural(commands, 'command')} of psql ${commands === 1 ? 'was' : 'were'} left out.`]
        : []),
      ...read.skipped.map(({ path, why }) => `${path} was left out: it ${why}.`),
    ],
    output: {
      files: read.files.size,
      migrations: read.migrations.length,
      statements,
      formats: read.formats,
      counts: { error: count('error'), warning: count('warning'), info: count('info') },
      explained,
      rules: rulesTable(options),
    },
    next:
      findings.length > 0
        ? [
            {
              command: 'dbd rehearse <files>',
              why: 'shows on a twin what really happens to the queries beside it',
            },
          ]
        : [],
  });
}

function explainedBlock(explained: readonly Finding[]): Block {
  return {
    id: 'explained',
    title: 'Explained',
    kind: 'table',
    columns: [{ title: 'Place', code: true }, { title: 'Rule', code: true }, { title: 'Reason' }],
    rows: explained.map(({ place, rule, explained: reason = '' }) => [place, rule, reason]),
  };
}

function placeText({ file, line }: { readonly file: string; readonly line: number }): string {
  return `${file}:${line}`;
}

function titleOf({ formats: counts, migrations }: Read): string {
  const names = Object.keys(counts).map(
    (name) => formats.find((format) => format.name === name)?.title ?? name,
  );
  const [only] = migrations;
  return migrations.length === 1 && only ? only.file : `${names.join(', ') || 'No migration'}`;
}

function sorted(findings: readonly Finding[]): readonly Finding[] {
  return findings.toSorted((a, b) => weight[a.severity] - weight[b.severity]);
}
