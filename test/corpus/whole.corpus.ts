/** Every pair in both directions; `DBD_CORPUS_MAJORS=18` and `DBD_CORPUS_ONLY=views/` narrow it, `DBD_CORPUS_APART=1` gives each pair a database. */
import { appendFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Sandbox } from '../../src/sandbox/model.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import { readPairs } from './read.ts';
import { makeRoles, runPair, runTogether, type Verdict } from './run.ts';
import { keep } from './figures.ts';
import { groupsOf, inTurn } from './turns.ts';

const majors = (process.env.DBD_CORPUS_MAJORS ?? '18,15').split(',').map(Number);
const only = process.env.DBD_CORPUS_ONLY ?? '';
const apart = process.env.DBD_CORPUS_APART === '1';
/** Groups under way at a time. */
const atOnce = 3;
/** Pairs in one database. */
const groupSize = 16;

describe.each(majors)('on PostgreSQL %i', (major) => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startSandbox(postgres, major === 18 ? {} : { major });
    await makeRoles(sandbox);
  });
  afterAll(() => sandbox.stop());

  test('every pair converges in both directions', async () => {
    const pairs = readPairs().filter(({ name, since }) => since <= major && name.includes(only));
    const [alone, joint] = [pairs.filter((pair) => pair.alone), pairs.filter((pair) => !pair.alone)];
    const work = [...groupsOf(joint, apart ? 1 : groupSize), ...groupsOf(alone, 1)];
    const verdicts = (
      await inTurn(work, atOnce, async (group) => {
        const found = await (group.length === 1 ? runPair(sandbox, group[0]!) : runTogether(sandbox, group));
        write(major, found);
        return found;
      })
    ).flat();
    summed(major, verdicts);
    expect(
      verdicts
        .filter(({ verdict }) => verdict !== 'converged')
        .map(({ pair, direction, verdict, told }) => `${pair} ${direction}: ${verdict}: ${told}`),
    ).toEqual([]);
  });
});

const out = process.env.DBD_CORPUS_OUT;

function write(major: number, verdicts: readonly Verdict[]): void {
  if (out === undefined) return;
  for (const { pair, direction, verdict, told, statements } of verdicts)
    if (verdict !== 'converged')
      appendFileSync(
        out,
        `\n## ${pair} · ${direction} · ${verdict} · PostgreSQL ${major}\n${told}\n\`\`\`sql\n${statements.join(';\n')}\n\`\`\`\n`,
      );
}

function summed(major: number, verdicts: readonly Verdict[]): void {
  const counts = new Map<string, number>();
  for (const { verdict } of verdicts) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  if (only === '')
    keep(`pairs-${major}`, {
      major,
      pairs: new Set(verdicts.map(({ pair }) => pair)).size,
      directions: verdicts.length,
      counts: Object.fromEntries(counts),
      open: verdicts
        .filter(({ verdict }) => verdict !== 'converged')
        .map(({ pair, direction, verdict, told }) => ({
          pair,
          direction,
          verdict,
          told: told.slice(0, 200),
        })),
    });
  const text = `PostgreSQL ${major}: ${verdicts.length} directions: ${[...counts].map(([verdict, count]) => `${count} ${verdict}`).join(', ')}`;
  if (out !== undefined) appendFileSync(out, `\n# ${text}\n`);
}
