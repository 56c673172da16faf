import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { canonicalJson } from '../../src/base/hash.ts';
import type { Snapshot } from '../../src/engine/model.ts';
import { canonicalPieces } from '../../src/snapshot/canonical.ts';
import { openSnapshot, readSnapshot, writeSnapshot } from '../../src/snapshot/file.ts';
import { snapshotOf } from '../support/snapshot.ts';

let folder: string;
let path: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dbd-file-'));
});
beforeEach(async () => {
  path = join(folder, 'prod.dbds');
  await rm(path, { force: true, recursive: true });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const sum = (text: string): string => createHash('sha256').update(text).digest('hex');

/** A file with a valid checksum whatever it holds, as somebody who knows the form can make it. */
const forged = (body: string, { version = 1, sha256 = sum(body) } = {}): Buffer =>
  gzipSync(
    `{"format":"dbds","version":${version},"program":"9.9.9","snapshot":${body},"sha256":"${sha256}"}\n`,
  );

describe('a snapshot file', () => {
  it('gives back what was written, for its owner only, with nothing beside it', async () => {
    const written = await writeSnapshot(path, snapshotOf());
    expect(written.replaced).toBe(false);
    expect(await openSnapshot(path)).toMatchObject({ snapshot: snapshotOf(), bytes: written.bytes });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(['prod.dbds']);
  });

  it('is gzip of one JSON text whose checksum anybody can compute', async () => {
    await writeSnapshot(path, snapshotOf());
    const file = JSON.parse(gunzipSync(await readFile(path)).toString()) as Record<string, unknown>;
    expect(Object.keys(file)).toEqual(['format', 'version', 'program', 'snapshot', 'sha256']);
    expect(file['sha256']).toBe(sum(canonicalJson(snapshotOf())));
  });

  it('is the same text for equal snapshots, whatever the order of their keys', async () => {
    const turned = Object.fromEntries(Object.entries(snapshotOf()).toReversed()) as unknown as Snapshot;
    expect([...canonicalPieces(turned)].join('')).toBe([...canonicalPieces(snapshotOf())].join(''));
    expect([...canonicalPieces(snapshotOf())].join('')).toBe(canonicalJson(snapshotOf()));
  });

  it('replaces an older snapshot and says so, also behind a link', async () => {
    await writeSnapshot(path, snapshotOf());
    expect(await writeSnapshot(path, snapshotOf({ roles: [] }))).toMatchObject({ replaced: true });
    expect((await readSnapshot(path)).roles).toEqual([]);
    await symlink(path, join(folder, 'link.dbds'));
    await writeSnapshot(join(folder, 'link.dbds'), snapshotOf());
    expect((await readSnapshot(path)).roles).toHaveLength(2);
    await rm(join(folder, 'link.dbds'));
  });

  it('replaces nothing else', async () => {
    await writeFile(path, 'my notes');
    await expect(writeSnapshot(path, snapshotOf())).rejects.toMatchObject({ code: 'file.exists' });
    expect(await readFile(path, 'utf8')).toBe('my notes');
    await writeFile(path, gzipSync('CREATE TABLE t ()'));
    await expect(writeSnapshot(path, snapshotOf())).rejects.toMatchObject({ code: 'file.exists' });
    await rm(path);
    await mkdir(path);
    await expect(writeSnapshot(path, snapshotOf())).rejects.toMatchObject({ code: 'file.exists' });
  });

  it('is not left half written', async () => {
    await expect(writeSnapshot(join(folder, 'none', 'x.dbds'), snapshotOf())).rejects.toMatchObject({
      code: 'file.unwritable',
    });
    await expect(writeSnapshot('/dev/full/x', snapshotOf())).rejects.toMatchObject({
      code: 'file.unwritable',
    });
    expect(await readdir(folder)).toEqual([]);
  });

  it('is never written when it could not be read again', async () => {
    const wrong = snapshotOf({ takenAt: 'now' });
    await expect(writeSnapshot(path, wrong)).rejects.toMatchObject({ code: 'internal.bug' });
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('a file that is no snapshot', () => {
  const cases: readonly [string, () => Buffer | string, RegExp][] = [
    ['nothing', () => '', /is empty/],
    ['an archive of pg_dump', () => Buffer.concat([Buffer.from('PGDMP'), Buffer.alloc(100)]), /pg_dump/],
    ['SQL', () => '-- PostgreSQL database dump\nSET lock_timeout = 0;', /is SQL/],
    ['compressed SQL', () => gzipSync('CREATE TABLE t ();'), /holds no snapshot but SQL/],
    ['other JSON', () => '{"a":1}', /other JSON/],
    ['other compressed JSON', () => gzipSync('[1]'), /other JSON/],
    ['bytes', () => Buffer.from([1, 2, 3, 4]), /something else/],
    ['gzip that is none', () => Buffer.concat([Buffer.from([0x1f, 0x8b]), Buffer.alloc(50, 7)]), /damaged/],
    ['no JSON inside', () => forged('{"a":'), /no valid JSON/],
    ['a wrong shape', () => forged('{"takenAt":1}'), /form of a snapshot: takenAt/],
    ['an array for everything', () => forged('[]'), /the whole/],
    ['a deep nest', () => forged('['.repeat(3_000_000)), /no valid JSON/],
    ['a deep nest that is JSON', () => forged('['.repeat(100_000) + ']'.repeat(100_000)), /the whole/],
    [
      'a deep nest at a place for a text',
      () => forged(`{"takenAt":${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}}`),
      /takenAt/,
    ],
    [
      'another checksum',
      () => forged(canonicalJson(snapshotOf()), { sha256: 'a'.repeat(64) }),
      /was changed/,
    ],
    [
      'a text after it',
      () => gzipSync(`${gunzipSync(forged('{}')).toString()}more`),
      /cut off or was changed/,
    ],
  ];

  it.each(cases)('%s is told as what it is', async (_, make, says) => {
    await writeFile(path, make());
    await expect(readSnapshot(path)).rejects.toMatchObject({
      code: 'snapshot.invalid',
      message: expect.stringMatching(says) as unknown,
    });
  });

  it('a newer form asks for an update', async () => {
    await writeFile(path, forged('{"else":true}', { version: 2 }));
    await expect(readSnapshot(path)).rejects.toMatchObject({
      code: 'snapshot.invalid',
      message: expect.stringContaining('newer dbd (9.9.9, form 2)') as unknown,
      hint: expect.stringContaining('database-developer@latest') as unknown,
    });
  });

  it('a file cut at any place, or with any byte changed, is never taken', async () => {
    await writeSnapshot(path, snapshotOf());
    const whole = await readFile(path);
    for (let at = 0; at < whole.length; at += 37) {
      await writeFile(path, whole.subarray(0, at));
      await expect(readSnapshot(path)).rejects.toMatchObject({ code: 'snapshot.invalid' });
      const changed = Buffer.from(whole);
      changed[at] = changed[at]! ^ 0x10;
      await writeFile(path, changed);
      // Time and system of the packing stand in the first ten bytes and mean nothing.
      if (at >= 10) await expect(readSnapshot(path)).rejects.toMatchObject({ code: 'snapshot.invalid' });
    }
  });

  it('a bomb is stopped before it fills the memory', async () => {
    const zeros = gzipSync(Buffer.alloc(64 * 1024 * 1024));
    await writeFile(path, Buffer.concat(Array.from({ length: 9 }, () => zeros)));
    await expect(readSnapshot(path)).rejects.toMatchObject({
      message: expect.stringContaining('unpacks to more') as unknown,
    });
  });

  it('a folder, a pipe and a missing file are told', async () => {
    await expect(readSnapshot(folder)).rejects.toMatchObject({ code: 'snapshot.invalid' });
    execFileSync('mkfifo', [path]);
    await expect(readSnapshot(path)).rejects.toMatchObject({ code: 'snapshot.invalid' });
    await expect(readSnapshot(join(folder, 'none'))).rejects.toMatchObject({ code: 'file.missing' });
    await expect(readSnapshot(join(path, 'none'))).rejects.toMatchObject({ code: 'file.missing' });
  });
});

describe('a snapshot of a thousand tables', () => {
  it('is written in pieces and read again', async () => {
    const base = snapshotOf();
    const [statistics] = base.columns;
    const histogram = `{${Array.from({ length: 101 }, (_, at) => `value ${at} of a column`).join(',')}}`;
    const columns = Array.from({ length: 10_000 }, (_, at) => ({
      ...statistics!,
      relation: `t${at % 1000}`,
      column: `c${at}`,
      histogram,
    }));
    const written = await writeSnapshot(path, { ...base, columns });
    expect(written.unpackedBytes).toBeGreaterThan(20_000_000);
    let longest = 0;
    for (const piece of canonicalPieces({ ...base, columns })) longest = Math.max(longest, piece.length);
    expect(longest).toBeLessThan(100_000);
    expect((await readSnapshot(path)).columns).toEqual(columns);
  });
});
