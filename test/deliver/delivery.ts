/** Runs commands as a face does, in this process, with folders that vanish after the test. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { run, type RunOptions } from '../../src/commands/run.ts';
import { deliverableNames } from '../../src/deliver/deliverable-names.ts';
import type { Claim, Report } from '../../src/report/model.ts';

/** The smallest twin, and the change alone: these tests look at results and counts, not at figures, and each deliverable has tests of its own. */
export const small = { quick: true, rows: 600, alternatives: 'none', without: deliverableNames.join(',') };

/** The option that makes these deliverables only. */
export function only(...names: readonly string[]): { readonly without: string } {
  return { without: deliverableNames.filter((name) => !names.includes(name)).join(',') };
}

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** An empty folder that is removed after the last test of the file. */
export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'dbd-deliver-'));
  folders.push(folder);
  return folder;
}

/** A task whose block holds these lines. */
export function taskOf(lines: string, title = 'T-1 Case'): string {
  return `# ${title}\n\n\`\`\`yaml\ndbd: 1\n${lines.replace(/^\n/, '').trimEnd()}\n\`\`\`\n`;
}

export interface Delivered {
  readonly report: Report;
  /** Where the results are. */
  readonly out: string;
  readonly claims: ReadonlyMap<string, Claim>;
  /** Verdict by claim. */
  readonly verdicts: Readonly<Record<string, string>>;
}

/** Runs `dbd task` on a text, or on the file of that path. */
export async function deliverTask(
  text: string,
  input: Readonly<Record<string, unknown>> = {},
  options: RunOptions = {},
): Promise<Delivered> {
  const folder = scratch();
  const path = join(folder, 'task.md');
  if (text.includes('\n')) writeFileSync(path, text);
  const out = join(folder, 'out');
  const task = text.includes('\n') ? path : text;
  const report = await run('task', { task, ...small, out, ...input }, { cwd: folder, ...options });
  return delivered(report, typeof input['out'] === 'string' ? input['out'] : out);
}

/** Runs `dbd rehearse`. */
export async function rehearse(
  input: Readonly<Record<string, unknown>>,
  options: RunOptions = {},
): Promise<Delivered> {
  const folder = scratch();
  const out = join(folder, 'out');
  return delivered(await run('rehearse', { ...small, out, ...input }, { cwd: folder, ...options }), out);
}

function delivered(report: Report, out: string): Delivered {
  return {
    report,
    out,
    claims: new Map(report.claims.map((claim) => [claim.id, claim])),
    verdicts: Object.fromEntries(report.claims.map((claim) => [claim.id, claim.verdict])),
  };
}

/** Texts of all files below a folder by their path within it, sorted. */
export function filesIn(folder: string): Readonly<Record<string, string>> {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
    statSync(join(folder, path)).isFile(),
  );
  return Object.fromEntries(paths.toSorted().map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
}

/** All SQL of one direction, in the order of its files. */
export function sqlOf(out: string, direction: 'up' | 'down'): string {
  return Object.entries(filesIn(out))
    .filter(([path]) => path.startsWith(`${direction}/`))
    .map(([, text]) => text)
    .join('\n');
}
