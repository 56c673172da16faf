import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { deliverTask, filesIn, only, taskOf, type Delivered } from './delivery.ts';

const task = taskOf(`
entities:
  E1 Customer: { fields: { name: text } }
  E2 Order note: { fields: { body: text } }
relations:
  L1: { from: E2, to: E1, name: customer, required: true }
volume:
  V1: { of: E2, now: 50k, per_day: 1k, horizon: 12 months }
`);

let made: Delivered;
beforeAll(async () => {
  made = await deliverTask(task, only('backup'));
}, 120_000);

/** Figures, times and positions differ each time. */
const masked = (text: string): string =>
  text
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+\+00/g, '<time>')
    .replaceAll(/\b\d[\d.]* (?:ms|s|MB|GB|kB)\b(?! of writes)/g, '<figure>')
    .replaceAll(/(acknowledged writes[^|]*\|) \d+/g, '$1 <count>')
    .replaceAll(/\(\d+ rows\)/g, '(<count> rows)')
    .replaceAll(/PostgreSQL \d+\.\d+/g, 'PostgreSQL <version>');

test('a task proves the procedure of its backup, and never yours', () => {
  expect(made.claims.get('backup')).toMatchObject({ verdict: 'proven' });
  expect(made.claims.get('backup')!.because).toMatch(
    /^Proven in the sandbox: after DROP TABLE public\.\w+ and the loss of the server, all \d tables/,
  );
  const yours = made.claims.get('your-backup')!;
  expect(yours).toMatchObject({ verdict: 'not-proven' });
  expect(yours.evidence.map(({ shown }) => shown).join('\n')).toMatch(
    /dbd restore[\s\S]*pgbackrest .* restore/,
  );
});

test('the report tells the drill moment by moment, and which rows came back', () => {
  const block = (id: string) => made.report.blocks.find((one) => one.id === id);
  const rows = block('backup-rows');
  expect(rows?.kind === 'table' && rows.rows.map(([, before, after]) => before === after)).toEqual([
    true,
    true,
    true,
  ]);
  const moments = block('backup-timeline');
  expect(moments?.kind === 'table' && moments.rows.map(([, what]) => what as string).join('\n')).toMatch(
    /base backup taken while a client wrote[\s\S]*disaster: DROP TABLE[\s\S]*its data folder gone[\s\S]*answering after/,
  );
});

test('the runbook has the same in production, with this database’s names', async () => {
  expect(Object.keys(filesIn(made.out))).toContain('runbook-recovery.md');
  await expect(masked(readFileSync(join(made.out, 'runbook-recovery.md'), 'utf8'))).toMatchFileSnapshot(
    'golden/runbook-recovery.md',
  );
});
