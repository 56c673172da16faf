import { z } from 'zod';
import { codes, exitCodes } from '../src/base/codes.ts';
import { all } from '../src/commands/all.ts';
import type { Command } from '../src/commands/command.ts';
import { fieldsOf, meaning } from '../src/commands/fields.ts';
import { exitMeanings, optionText } from '../src/commands/help.ts';
import { postgres } from '../src/engines/postgres/index.ts';
import { changeRules } from '../src/rules/change/all.ts';
import { planRules } from '../src/rules/plan/all.ts';
import { healthRules } from '../src/rules/health/all.ts';
import { reportSchema } from '../src/report/schema.ts';

/** Generated pages of `docs/` by their path below it; each is made from what the product itself uses. */
export async function pages(): Promise<Readonly<Record<string, string>>> {
  const commands = await Promise.all(all.map((listed) => listed.load()));
  return {
    'commands/README.md': commandList(commands),
    ...Object.fromEntries(
      commands.map((command) => [`commands/${command.name.replaceAll(' ', '-')}.md`, commandPage(command)]),
    ),
    'errors.md': errorsPage(),
    'lock-table.md': lockTable(),
    'lint-rules.md': lintRules(),
    'plan-rules.md': planRulesPage(),
    'health-rules.md': healthPage(),
    'schema/report.json': `${JSON.stringify({ title: 'report.json of dbd', ...z.toJSONSchema(reportSchema) }, null, 2)}\n`,
  };
}

const generated = '<!-- Made from the source by `npm run docs`. -->\n';

function commandList(commands: readonly Command[]): string {
  const rows = commands.map(
    (command) =>
      `| [\`dbd ${command.name}\`](${command.name.replaceAll(' ', '-')}.md) | ${cell(command.summary)} | ${command.faces.join(', ')} |`,
  );
  return `${generated}\n# Commands\n\n| Command | What it does | Faces |\n|---|---|---|\n${rows.join('\n')}\n`;
}

function commandPage(command: Command): string {
  const fields = fieldsOf(command);
  const options = fields.map(
    (field) => `| \`${optionText(field).replaceAll('|', String.raw`\|`)}\` | ${cell(meaning(field))} |`,
  );
  const outputs = Object.entries(command.output.shape).map(
    ([name, schema]) => `| \`${name}\` | ${cell((schema as { description?: string }).description ?? '')} |`,
  );
  return [
    generated,
    `# dbd ${command.name}\n`,
    `${command.summary}.\n`,
    ...(options.length > 0
      ? [`## What it takes\n\n| Option | Meaning |\n|---|---|\n${options.join('\n')}\n`]
      : []),
    `## Examples\n\n${command.examples.map(({ call, shows }) => `\`\`\`sh\n${call}\n\`\`\`\n\n${shows}`).join('\n\n')}\n`,
    ...(outputs.length > 0
      ? [`## Beside the report, \`--json\` holds\n\n| Key | Meaning |\n|---|---|\n${outputs.join('\n')}\n`]
      : []),
    `Offered by: ${command.faces.join(', ')}.\n`,
  ].join('\n');
}

function lintRules(): string {
  const groups = [...new Set(changeRules.map(({ group }) => group))];
  const parts = groups.map((group) => {
    const rules = changeRules
      .filter((rule) => rule.group === group)
      .map(
        ({ id, severity, finds, because, instead }) =>
          `### ${id}\n\n*${severity}* · ${finds}: ${because}. ${instead}\n`,
      );
    return `## ${group.charAt(0).toUpperCase()}${group.slice(1)}\n\n${rules.join('\n')}`;
  });
  return `${generated}\n# Rules of \`dbd lint\`\n\nWhat a rule says of a lock, a reading or a rewriting it takes from [the measured table](lock-table.md).\n\n${parts.join('\n')}`;
}

function healthPage(): string {
  const groups = [...new Set(healthRules.map(({ group }) => group))];
  const parts = groups.map((group) => {
    const rules = healthRules
      .filter((rule) => rule.group === group)
      .map(
        ({ id, severity, finds, because, instead, threshold, needs }) =>
          `### ${id}\n\n*${severity}* · ${finds}: ${because}. ${instead}\n\n${threshold}${needs.length === 0 ? '' : ` Needs: ${needs.join(', ')}.`}\n`,
      );
    return `## ${group.charAt(0).toUpperCase()}${group.slice(1)}\n\n${rules.join('\n')}`;
  });
  return `${generated}\n# Rules of \`dbd health\`\n\n${healthRules.length} rules. Each has been tried on a real server with a case that it finds and a look-alike that it leaves alone; where SQL mends, the SQL was run and the finding was gone.\nA rule whose needs cannot be seen has no verdict, and the report says what opens it. \`statistics\`, \`since\` and \`statements\` are in a snapshot too; \`rate\` needs \`--window\`.\n\n${parts.join('\n')}`;
}

const planGroups = {
  estimates: 'Estimates and statistics',
  reading: 'Reading too much',
  joins: 'Joins and loops',
  work: 'Memory, workers and planning',
  writes: 'Writes',
  predicates: 'Conditions that keep an index out',
} as const;

function planRulesPage(): string {
  const parts = Object.entries(planGroups).map(([group, title]) => {
    const rules = planRules
      .filter((rule) => rule.group === group)
      .map(
        ({ id, severity, finds, because, instead, needs }) =>
          `### ${id}\n\n*${severity}*${needs.length > 0 ? ` · needs ${needs.join(', ')}` : ''} · ${finds}: ${because}. ${instead}\n`,
      );
    return `## ${title}\n\n${rules.join('\n')}`;
  });
  return `${generated}\n# Rules of \`dbd explain\`\n\nWhat a rule looks for in a plan, and why. The severity is that of a finding with a tenth of the time at stake and more; below it is a warning at most, below a hundredth a note. “Needs” says what must be there beside EXPLAIN itself; the rule is silent without it.\nHow they were tried: [the labelled set](guide/plan-rules.md).\n\n${parts.join('\n')}`;
}

function lockTable(): string {
  const rows = postgres.facts.table.map((row) => {
    const of =
      row.since === undefined && row.until === undefined ? '' : `${row.since ?? ''}–${row.until ?? ''}`;
    const locks = row.locks
      .map(({ on, mode }) => (on === 'table' ? mode : `${mode} on ${onWords[on] ?? on}`))
      .join('<br>');
    const reads = [
      ...row.rewrites.map((on) => `writes ${onWords[on] ?? on} anew`),
      ...row.scans.map(
        (text) => `reads ${onWords[text.split(':')[0]!] ?? text}${text.slice(text.indexOf(':'))}`,
      ),
    ].join('<br>');
    const note = [
      row.measured ? '' : 'Not run: the worst that can be.',
      row.outside ? 'Outside transactions only.' : '',
      row.note ?? '',
    ]
      .filter(Boolean)
      .join(' ');
    return `| <a id="${row.id.replace('/', '-')}"></a>${cell(row.form)} | ${of} | ${locks || 'none'} | ${reads} | ${cell(note)} |`;
  });
  return `${generated}
# What each statement locks, reads and writes anew

Every line that does not say otherwise was run on PostgreSQL servers: locks from \`pg_locks\` while the transaction was open, new files from the catalog, readings from the
server's own messages and its counters of scans. \`test/facts\` runs all of them again on 18 and 15. A lock is that of the named table where
nothing else is said; a column of versions is empty where 14 to 18 behave alike.

| Statement | Versions | Lock | Reads or writes anew under it | |
|---|---|---|---|---|
${rows.join('\n')}
`;
}

/** What a relation is to the statement, in words. */
const onWords: Readonly<Record<string, string>> = {
  table: 'the table',
  parent: 'the referenced table or parent',
  child: 'the referencing tables',
  heirs: 'partitions and children',
  partition: 'the partition',
  default: 'the DEFAULT partition',
  users: 'each table that uses it',
  index: 'the index',
  view: 'the view',
  sequence: 'its sequence',
  sources: 'what it reads from',
};

function errorsPage(): string {
  const exits = (Object.keys(exitCodes) as (keyof typeof exitCodes)[]).map(
    (name) => `| ${exitCodes[name]} | ${exitMeanings[name]} |`,
  );
  const rows = Object.entries(codes).map(
    ([code, entry]) => `| \`${code}\` | ${exitCodes[entry.exit]} | ${cell(entry.explain)} |`,
  );
  return `${generated}
# Exit codes and errors

| Exit code | Meaning |
|--:|---|
${exits.join('\n')}

With \`--json\`, an error is printed on stdout as \`{ "schema": "dbd.error/1", "command", "error": { "code", "message", "hint" } }\`.

| Code | Exit | Meaning |
|---|--:|---|
${rows.join('\n')}
`;
}

function cell(text: string): string {
  return text
    .replaceAll('|', String.raw`\|`)
    .replaceAll(/</g, '&lt;')
    .replaceAll('\n', ' ');
}
