/** Everything that the examples deliver, compared with what was committed; figures, which differ from machine to machine, are masked. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { run } from '../../src/commands/run.ts';
import type { Report } from '../../src/report/model.ts';
import { scratch } from '../deliver/delivery.ts';

const examples = [
  ['dashboard-analytics', 'KAN-29'],
  ['naive-alter', 'ORD-7'],
  ['support-desk', 'DESK-12'],
  ['sensor-readings', 'IOT-4'],
] as const;

/** What has goldens of its own, or is chosen by timings. */
const without = 'indexes,alternatives,backup,contention';

describe.each(examples)('the example %s', (folder, id) => {
  test('delivers what was committed', async () => {
    const out = join(scratch(), 'out');
    const report = await run(
      'task',
      {
        task: join('examples', folder, `${id}.md`),
        out,
        rows: 600,
        quick: true,
        alternatives: 'none',
        without,
      },
      { cwd: process.cwd() },
    );
    const files = paths(out).filter((path) => !/^report\.(?:html|json|md)$|\.svg$/.test(path));
    const golden = (path: string): string => join('goldens', folder, path);
    await expect(`${outline(report, files)}\n`).toMatchFileSnapshot(golden('outline.txt'));
    for (const path of files)
      await expect(masked(readFileSync(join(out, path), 'utf8'), path)).toMatchFileSnapshot(golden(path));
  }, 180_000);
});

/** Paths of all files below a folder, in order. */
function paths(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .toSorted();
}

/** The report's skeleton: what is shown, and the verdicts that no timing decides. */
function outline(report: Report, files: readonly string[]): string {
  const timed = new Set(['access', 'acceptance', 'limit', 'checklist']);
  return [
    ...report.blocks.map((block) => `block ${block.kind} ${block.id}: ${block.title}`),
    ...report.claims.map(
      (claim) =>
        `claim ${claim.id} ${claim.kind}${timed.has(claim.kind) ? '' : ` ${claim.verdict}`}: ${claim.says}`,
    ),
    ...[
      ...new Set(report.findings.map((finding) => `finding ${finding.rule} ${finding.severity}`)),
    ].toSorted(),
    ...files.map((path) => `file ${path}`),
  ].join('\n');
}

/** SQL, code and the task stay as they are but for times of day; of documents that tell what was measured, the skeleton stays. */
function masked(text: string, path: string): string {
  const dated = text
    .replaceAll(/\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d(:?\d\d)?)?)?/g, '<time>')
    .replaceAll(/\b\d\d:\d\d:\d\d\b/g, '<time>')
    // How many partitions stand depends on the day.
    .replaceAll(/^(-- dbd: (?:step|undo)) \d+/gm, '$1 #')
    .replaceAll(
      /^-- dbd: step #[^\n]*\n(?:--[^\n]*\n)*CREATE TABLE \S+_\d{4}_\d\d PARTITION OF [^;]*;\n\n/gm,
      '',
    );
  return /^(?:runbook|runbook-recovery|capacity|indexes|estimate)\.md$/.test(path) ? skeleton(dated) : dated;
}

/** Headings, heads of tables, and what is to be copied. */
function skeleton(text: string): string {
  const lines = text.split('\n');
  let inside = false;
  const kept = lines.filter((line, at) => {
    const fence = line.startsWith('```');
    if (fence) inside = !inside;
    return fence || inside || line.startsWith('#') || (lines[at + 1] ?? '').startsWith('| ---');
  });
  return `${kept.join('\n')}\n`;
}
