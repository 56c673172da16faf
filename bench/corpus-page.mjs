// Makes docs/proofs.md of what the last `npm run corpus` measured.
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

const kept = fileURLToPath(new URL('../node_modules/.dbd-corpus/', import.meta.url));
const read = (start) =>
  existsSync(kept)
    ? readdirSync(kept)
        .filter((file) => new RegExp(`^${start}-\\d+\\.json$`).test(file))
        .map((file) => JSON.parse(readFileSync(join(kept, file), 'utf8')))
        .toSorted((one, other) => other.major - one.major)
    : [];
const [pairs, mutants] = [read('pairs'), read('mutants')];
if (pairs.length === 0 || mutants.length === 0)
  throw new Error('Nothing was measured yet: run `npm run corpus` first.');

const percent = (part, all) => `${((100 * part) / all).toFixed(1)} %`;
const cell = (text) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const verdicts = ['converged', 'refused', 'different', 'silent', 'values', 'failed', 'not loaded'];

const converging = pairs.map(
  ({ major, pairs: count, directions, counts }) =>
    `| ${major} | ${count} | ${directions} | ${verdicts.map((name) => counts[name] ?? 0).join(' | ')} | ${percent(counts.converged ?? 0, directions)} |`,
);
const open = pairs.flatMap(({ major, open: left }) =>
  left.map(
    ({ pair, direction, verdict, told }) =>
      `| ${major} | ${pair}, ${direction} | ${verdict} | ${cell(told)} |`,
  ),
);

const kinds = [...new Set(mutants.flatMap(({ byKind }) => Object.keys(byKind)))].toSorted((one, other) =>
  one < other ? -1 : 1,
);
const scored = (kind) =>
  mutants.map(({ byKind }) => {
    const [made, killed] = byKind[kind] ?? [0, 0];
    return made === 0 ? '' : `${killed} of ${made}`;
  });
const total = mutants.map(
  ({ made, survivors }) => `${made - survivors.length} of ${made}, ${percent(made - survivors.length, made)}`,
);

/** Why nothing tells a survivor from the change, as far as its text says. */
function why({ kind, name, sql }) {
  if (/^\s*ANALYZE\b/.test(sql)) return 'statistics are no structure';
  if (/^\s*DO \$(?:check|clear)\$/.test(sql)) return 'a guard that found nothing wrong';
  if (kind === 'backfill' || /^\s*DO \$batches\$/.test(sql))
    return 'the trigger that keeps both columns alike writes the values again';
  if (kind === 'step' && /\bVALIDATE CONSTRAINT\b|\bNOT VALID\s*$/.test(sql))
    return 'it only spares a later step its long lock';
  if (kind === 'step' && /\bINDEX\b/.test(sql)) return 'attaching a partition makes the index as well';
  if (kind === 'constraint' && /\bNOT VALID\s*$/.test(sql)) return 'it is dropped again later';
  if (kind === 'way back' && name.startsWith('trigger at'))
    return 'nobody writes between the steps of a way back';
  if (kind === 'way back' && name.startsWith('everything left out'))
    return 'what it takes back goes with a later step';
  return 'does the same';
}
const grouped = new Map();
for (const { major, survivors } of mutants)
  for (const survivor of survivors) {
    const key = `${survivor.kind} | ${cell(survivor.name.replace(/ (?:in|of) (?:the way back of )?step \S+$|step \S+ /, ''))} | ${why(survivor)}`;
    const entry = grouped.get(key) ?? { count: 0, examples: new Set() };
    entry.count += 1;
    if (entry.examples.size < 3) entry.examples.add(`${survivor.pair} (${major})`);
    grouped.set(key, entry);
  }

writeFileSync(
  fileURLToPath(new URL('../docs/proofs.md', import.meta.url)),
  `# What the proofs are worth

Made by \`npm run corpus\`. Every pair of structures in \`test/corpus/pairs\` is planned in both directions, carried out on a copy with its rows and
looked at by the witness, on 15 by \`pg_dump\` as well. *Different*: the witness names what the plan missed, and \`dbd plan\` refuses it by name.
*Silent*: the witness saw nothing and \`pg_dump\` did. *Values*: a value that should have survived did not.

| PostgreSQL | pairs | directions | ${verdicts.join(' | ')} | converged |
|--:|--:|--:|${verdicts.map(() => '--:').join('|')}|--:|
${converging.join('\n')}

## What does not converge

| PostgreSQL | Pair | Verdict | What is told |
|--:|---|---|---|
${open.join('\n') || '| | nothing | | |'}

## Mutation score

A proof that cannot fail proves nothing. Changes that \`dbd plan\` hands out for every fourth pair are made wrong in one place each; a mutant is
killed when it cannot be carried out, when the witness or the sums of rows tell it from the change, also with an application writing between the
phases, or when its way back, after each phase, leads elsewhere.

| Made wrong | ${mutants.map(({ major }) => `killed on ${major}`).join(' | ')} |
|---|${mutants.map(() => '--:').join('|')}|
${kinds.map((kind) => `| ${kind} | ${scored(kind).join(' | ')} |`).join('\n')}
| **all** | ${total.map((text) => `**${text}**`).join(' | ')} |

## Survivors

| Made wrong | What was done | Why nothing tells it | How many | For instance |
|---|---|---|--:|---|
${[...grouped]
  .toSorted(([, one], [, other]) => other.count - one.count)
  .map(([key, { count, examples }]) => `| ${key} | ${count} | ${[...examples].join(', ')} |`)
  .join('\n')}
`,
);
