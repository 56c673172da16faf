/** What was there before and does not count: findings by rule and place. */
import { readFile, writeFile } from 'node:fs/promises';
import { fail } from '../../base/error.ts';
import { jsonMembers } from '../../base/text.ts';
import type { Finding } from '../../report/model.ts';

interface Entry {
  readonly rule: string;
  readonly place: string;
}

const schema = 'dbd.health-baseline/1';

/** Findings that a baseline holds; throws `file.missing`, `file.unreadable`. */
export async function readBaseline(path: string, shown: string): Promise<readonly Entry[]> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) =>
    fail(
      cause.code === 'ENOENT' ? 'file.missing' : 'file.unreadable',
      `The baseline ${shown} cannot be read (${cause.code ?? 'unknown'}).`,
      { cause, hint: 'Write it with --write-baseline.' },
    ),
  );
  const members = jsonMembers(text);
  const found = members?.['findings'];
  const entries = Array.isArray(found) ? (found as readonly unknown[]) : undefined;
  if (members?.['schema'] !== schema || !entries?.every(isEntry))
    return fail('file.unreadable', `${shown} is no baseline of \`dbd health\`.`, {
      hint: 'Write it with --write-baseline.',
    });
  return entries as readonly Entry[];
}

function isEntry(one: unknown): boolean {
  const { rule, place } = (one ?? {}) as Partial<Entry>;
  return typeof rule === 'string' && typeof place === 'string';
}

/** Writes what was found, sorted, so that a commit shows what came and went; throws `file.unwritable`. */
export async function writeBaseline(
  path: string,
  shown: string,
  findings: readonly Finding[],
): Promise<void> {
  const entries = [
    ...new Map(findings.map((one) => [keyOf(one), { rule: one.rule, place: one.place }])).values(),
  ];
  const sorted = entries.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  await writeFile(path, `${JSON.stringify({ schema, findings: sorted }, null, 2)}\n`).catch(
    (cause: NodeJS.ErrnoException) =>
      fail('file.unwritable', `The baseline ${shown} cannot be written (${cause.code ?? 'unknown'}).`, {
        cause,
        hint: 'Check that the folder exists and is writable.',
      }),
  );
}

/** Findings that are not in the baseline, and how many are. */
export function beyond(
  findings: readonly Finding[],
  baseline: readonly Entry[],
): { readonly added: readonly Finding[]; readonly known: number; readonly gone: number } {
  const old = new Set(baseline.map(keyOf));
  const there = new Set(findings.map(keyOf));
  const added = findings.filter((one) => !old.has(keyOf(one)));
  return {
    added,
    known: findings.length - added.length,
    gone: [...old].filter((key) => !there.has(key)).length,
  };
}

function keyOf({ rule, place }: Entry): string {
  return JSON.stringify([rule, place]);
}
