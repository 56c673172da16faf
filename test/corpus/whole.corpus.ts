/** Every pair alone, in both directions; `DBD_CORPUS_MAJORS=18` and `DBD_CORPUS_ONLY=views/` narrow it. */
import { appendFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Sandbox } from '../../src/sandbox/model.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import { readPairs } from './read.ts';
import { makeRoles, runPair, type Verdict } from './run.ts';
import { inTurn } from './turns.ts';

const majors = (process.env.DBD_CORPUS_MAJORS ?? '18,15').split(',').map(Number);
const only = process.env.DBD_CORPUS_ONLY ?? '';
/** Pairs under way at a time. */
const atOnce = 3;

describe.each(majors)('on PostgreSQL %i', (major) => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startSandbox(postgres, major === 18 ? {} : { major });
    await makeRoles(sandbox);
  });
  afterAll(() => sandbox.stop());

  test('every pair converges in both directions', async () => {
    const pairs = readPairs().filter(({ name, since }) => since <= major && name.includes(only));
    const verdicts = (await inTurn(pairs, atOnce, (pair) => runPair(sandbox, pair))).flat();
    const out = process.env.DBD_CORPUS_OUT;
    if (out !== undefined) {
      writeFileSync(out, '', { flag: 'a' });
      appendFileSync(out, page(major, verdicts));
    }
    expect(
      verdicts
        .filter(({ verdict }) => verdict !== 'converged')
        .map(({ pair, direction, verdict, told }) => `${pair} ${direction}: ${verdict}: ${told}`),
    ).toEqual([]);
  });
});

function page(major: number, verdicts: readonly Verdict[]): string {
  const counts = new Map<string, number>();
  for (const { verdict } of verdicts) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  const bad = verdicts.filter(({ verdict }) => verdict !== 'converged');
  return `\n# PostgreSQL ${major}: ${verdicts.length} directions; ${[...counts].map(([verdict, count]) => `${verdict} ${count}`).join(', ')}\n\n${bad
    .map(
      ({ pair, direction, verdict, told, statements }) =>
        `## ${pair} · ${direction} · ${verdict}\n${told}\n\`\`\`sql\n${statements.join(';\n')}\n\`\`\`\n`,
    )
    .join('\n')}`;
}
