/** Snapshots with a valid checksum that somebody made to do harm: everything is refused or drawn harmlessly. */
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canonicalJson } from '../../src/base/hash.ts';
import { diffSnapshots } from '../../src/deliver/snapshot/diff.ts';
import { showSnapshot } from '../../src/deliver/snapshot/show.ts';
import type { Snapshot } from '../../src/engine/model.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import { render } from '../../src/render/all.ts';
import { readSnapshot } from '../../src/snapshot/file.ts';
import { maskSnapshot } from '../../src/snapshot/mask/mask.ts';
import { column, index, table } from '../support/catalog.ts';
import { snapshotOf } from '../support/snapshot.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dbd-hostile-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Reads a file that somebody made by hand, with the right checksum. */
async function forged(body: string): Promise<Snapshot> {
  const path = join(folder, 'forged.dbds');
  const sum = createHash('sha256').update(body).digest('hex');
  await writeFile(
    path,
    gzipSync(`{"format":"dbds","version":1,"program":"0.1.0","snapshot":${body},"sha256":"${sum}"}\n`),
  );
  return readSnapshot(path);
}

const base = snapshotOf();
const evil = '\u001B]0;owned\u0007\u001B[2J<script>alert(1)</script>"; DROP TABLE x; --\u202E';
const named = table(evil, [column(evil, 'text', { comment: evil })], {
  comment: evil,
  indexes: [index(evil, [evil])],
});
const hostile: Snapshot = {
  ...base,
  source: {
    ...base.source,
    banner: evil,
    database: evil,
    service: evil,
    role: { ...base.source.role, name: evil },
  },
  settings: [{ name: evil, value: evil, from: evil, role: evil, planner: true }],
  catalog: { ...base.catalog, tables: [named] },
  roles: [{ ...base.roles[0]!, name: evil, memberOf: [evil.slice(1)] }],
  relations: [{ ...base.relations[0]!, name: evil }],
  columns: [
    {
      ...base.columns[0]!,
      relation: evil,
      column: evil,
      commonValues: `{"${evil.replaceAll('"', String.raw`\"`)}"}`,
    },
  ],
  workload: {
    ...base.workload,
    source: evil,
    statements: [{ ...base.workload.statements[0]!, sql: evil, samples: [[evil]] }],
  },
  unseen: [{ what: evil, why: evil, grant: evil, means: evil }],
};

describe('a hostile snapshot', () => {
  it('is shown and compared without a control character of the terminal or a tag', async () => {
    const snapshot = await forged(canonicalJson(hostile));
    const reports = [
      showSnapshot({
        snapshot,
        file: 'x.dbds',
        program: evil,
        bytes: 1,
        unpackedBytes: 1,
        now: base.takenAt,
      }),
      diffSnapshots({ snapshot: base, file: 'a' }, { snapshot, file: 'b' }),
    ];
    for (const report of reports)
      for (const format of ['terminal', 'md', 'html'] as const) {
        const text = await render(format, report, { width: 100, color: false, unicode: true });
        // oxlint-disable-next-line no-control-regex
        expect(text, format).not.toMatch(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u202A-\u202E]/);
        // A span of code shows tags, it does not make them.
        if (format !== 'terminal')
          expect(text.replaceAll(/(`+)[^\n]*?\1/g, ''), format).not.toContain('<script>alert');
      }
  });

  it('can be masked: nothing of it is run, and it fits the schema again', async () => {
    const masked = await maskSnapshot(hostile, { engine: postgres, columns: 'auto' });
    expect(await forged(canonicalJson(masked))).toEqual(masked);
    expect(masked.catalog.tables[0]!.name).toBe(evil);
  });

  it.each<[string, (text: string) => string, RegExp]>([
    [
      'reaches for the prototype of objects',
      (text) => text.replace('"source":{', '"source":{"__proto__":{"admin":true},'),
      /source/,
    ],
    ['has a number beyond all numbers', (text) => text.replace('"calls":90000', '"calls":1e999'), /calls/],
    [
      'has a list where a text should be',
      (text) => text.replace('"encoding":"UTF8"', '"encoding":["UTF8"]'),
      /encoding/,
    ],
    [
      'has more columns than a table can',
      (text) => text.replace('"columns":["customer_id"]', `"columns":[${'"a",'.repeat(20_000)}"a"]`),
      /columns/,
    ],
    [
      'has a name as long as a book',
      (text) => text.replace('"database":"shop"', `"database":"${'x'.repeat(1_000_000)}"`),
      /database/,
    ],
  ])('that %s is refused at the field', async (_, change, field) => {
    const text = canonicalJson(base);
    expect(change(text)).not.toBe(text);
    await expect(forged(change(text))).rejects.toMatchObject({
      code: 'snapshot.invalid',
      message: expect.stringMatching(field) as unknown,
    });
  });

  it('with statistics that are no arrays is shown, and loses them when it is masked', async () => {
    const broken = {
      ...base,
      masked: [],
      columns: [{ ...base.columns[0]!, commonValues: '{'.repeat(200_000), histogram: '{a,"b' }],
    };
    const snapshot = await forged(canonicalJson(broken));
    expect(
      showSnapshot({ snapshot, file: 'x', program: '', bytes: 1, unpackedBytes: 1, now: base.takenAt })
        .headline,
    ).toContain('2 tables');
    const masked = await maskSnapshot(snapshot, { engine: postgres, columns: ['customers.email'] });
    expect(masked.columns[0]).not.toHaveProperty('commonValues');
    expect(masked.columns[0]).not.toHaveProperty('commonFrequencies');
    expect(masked.masked.find((one) => one.column === 'email')?.notExact).toContain('left out');
  });

  it('cannot make masking look at a column that is not there', async () => {
    await expect(
      maskSnapshot(base, { engine: postgres, columns: ['customers.nothing'] }),
    ).rejects.toMatchObject({ code: 'usage.wrong-option' });
  });
});
