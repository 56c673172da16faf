import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  closeSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run } from '../../src/commands/run.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import { listSandboxes } from '../../src/sandbox/kept.ts';
import type { SandboxDatabase } from '../../src/sandbox/model.ts';
import type { Report } from '../../src/report/model.ts';
import { testSandbox } from '../support/database.ts';
import { makeShop } from './shop.ts';

const folder = mkdtempSync(join(tmpdir(), 'dbd-backup-'));
const signal = new AbortController().signal;
let shop: SandboxDatabase;
/** One backup in each layout. */
const tar = join(folder, 'tar');
const plain = join(folder, 'plain');

beforeAll(async () => {
  shop = await makeShop(await testSandbox());
  await run('backup', { database: shop.adminUrl, out: tar, fingerprints: true });
  await run('backup', { database: shop.adminUrl, out: plain, as: 'plain' });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A copy of a backup that something is done to. */
function copyOf(backup: string, harm: (copy: string) => void): string {
  const copy = mkdtempSync(join(folder, 'copy-'));
  cpSync(backup, copy, { recursive: true });
  harm(copy);
  return copy;
}

function flip(path: string, at: number): void {
  const file = openSync(path, 'r+');
  const byte = Buffer.alloc(1);
  readSync(file, byte, 0, 1, at);
  writeSync(file, Buffer.from([byte[0]! ^ 1]), 0, 1, at);
  closeSync(file);
}

const verify = (backup: string, more: object = {}): Promise<Report> =>
  run('backup verify', { folder: backup, ...more });
const problems = async (backup: string): Promise<readonly string[]> =>
  (await verify(backup)).findings.map(({ message }) => message);
const ownServers = async (): Promise<number> =>
  (await listSandboxes(postgres)).filter(({ owner }) => owner === process.pid).length;

describe('a backup', () => {
  test('is laid out as the server’s own tools do it, with a record that holds no secret', () => {
    expect(readdirSync(tar).toSorted()).toEqual(['backup.json', 'base']);
    expect(readdirSync(join(tar, 'base')).toSorted()).toEqual(['backup_manifest', 'base.tar']);
    expect(existsSync(join(plain, 'base', 'global', 'pg_control'))).toBe(true);
    const record = readFileSync(join(tar, 'backup.json'), 'utf8');
    expect(record).not.toContain(new URL(shop.adminUrl).password);
    expect(JSON.parse(record)).toMatchObject({
      schema: 'dbd.backup/1',
      superuser: 'dbd_admin',
      changed: [],
      fingerprints: [
        { table: { name: 'customer' }, rows: 1000 },
        { table: { name: 'order; DROP' }, rows: 10_000 },
      ],
    });
    expect(statSync(tar).mode & 0o077).toBe(0);
  });

  test('has every file that its manifest lists, byte for byte, in both layouts', async () => {
    for (const backup of [tar, plain]) {
      const report = await verify(backup);
      expect(report).toMatchObject({ verdict: 'proven', output: { whole: true, problems: [] } });
      expect(report.output['files']).toBeGreaterThan(900);
    }
  });

  test('that another tool unpacks has the sums of the manifest, so the reused memory of the client did no harm', () => {
    const unpacked = mkdtempSync(join(folder, 'unpacked-'));
    execFileSync('tar', ['-xf', join(tar, 'base', 'base.tar'), '-C', unpacked]);
    const { Files: files } = JSON.parse(
      readFileSync(join(tar, 'base', 'backup_manifest'), 'utf8').replace(
        /("System-Identifier": *)(\d+)/,
        '$1"$2"',
      ),
    ) as { Files: readonly { Path: string; Checksum: string }[] };
    writeFileSync(join(unpacked, 'sums'), files.map((file) => `${file.Checksum}  ${file.Path}\n`).join(''));
    const said = execFileSync('sha256sum', ['--check', '--quiet', 'sums'], { cwd: unpacked });
    expect(said.toString()).toBe('');
    expect(files.length).toBeGreaterThan(900);
  });

  test('is never written over anything', async () => {
    await expect(run('backup', { database: shop.adminUrl, out: tar })).rejects.toMatchObject({
      code: 'file.exists',
    });
    await expect(
      run('backup', { database: shop.adminUrl, out: join(tar, 'backup.json', 'x') }),
    ).rejects.toMatchObject({ code: 'file.unwritable' });
  });

  test('needs a role that may replicate, an address that answers, and a server of its size', async () => {
    const out = join(folder, 'none');
    await expect(run('backup', { database: shop.ownerUrl, out })).rejects.toMatchObject({
      code: 'backup.refused',
      message: expect.stringContaining('dbd_owner'),
      hint: expect.stringContaining('ALTER ROLE dbd_owner REPLICATION'),
    });
    await expect(run('backup', { database: shop.adminUrl, out, largest: 0.001 })).rejects.toMatchObject({
      code: 'backup.refused',
      hint: expect.stringContaining('--largest'),
    });
    await expect(run('backup', { out })).rejects.toMatchObject({ code: 'usage.missing-input' });
    await expect(run('backup', { sandbox: 'nope', out })).rejects.toMatchObject({ code: 'sandbox.unknown' });
    expect(readdirSync(folder).filter((name) => name.startsWith('none'))).toEqual([]);
  });

  test('that is stopped in the middle leaves nothing; what a killed one left goes with the next', async () => {
    const out = join(folder, 'stopped');
    const controller = new AbortController();
    const stopped = run(
      'backup',
      { database: shop.adminUrl, out },
      {
        signal: controller.signal,
        emit: (event) => {
          if (event.kind === 'started' && event.step === 'take a base backup')
            setTimeout(() => controller.abort(), 30);
        },
      },
    );
    await expect(stopped).rejects.toThrow();
    expect(readdirSync(folder).filter((name) => name.startsWith('stopped'))).toEqual([]);
    mkdirSync(`${out}.part-999999999`);
    await run('backup', { database: shop.adminUrl, out });
    expect(readdirSync(folder).filter((name) => name.startsWith('stopped'))).toEqual(['stopped']);
  });
});

describe('what is wrong with a backup is named by file', () => {
  const tables = (): string[] =>
    readdirSync(join(plain, 'base', 'base', '5')).filter((name) => /^\d+$/.test(name));

  test('a flipped byte, in a file and in the archive', async () => {
    const victim = `base/5/${tables()[3]!}`;
    const harmed = copyOf(plain, (copy) => flip(join(copy, 'base', victim), 100));
    expect(await problems(harmed)).toEqual([`${victim} was changed: its SHA256 is not the manifest's.`]);
    const archive = copyOf(tar, (copy) => flip(join(copy, 'base', 'base.tar'), 8_000_000));
    expect(await problems(archive)).toHaveLength(1);
    await expect(run('restore', { folder: harmed })).rejects.toMatchObject({
      code: 'backup.damaged',
      message: expect.stringContaining(victim),
    });
  });

  test('a missing file, one that is too short, and one too many', async () => {
    const [gone, short] = tables().filter(
      (name) => statSync(join(plain, 'base', 'base', '5', name)).size > 8192,
    );
    const harmed = copyOf(plain, (copy) => {
      rmSync(join(copy, 'base', 'base', '5', gone!));
      truncateSync(join(copy, 'base', 'base', '5', short!), 8192);
      writeFileSync(join(copy, 'base', 'extra'), 'x');
    });
    const told = await problems(harmed);
    expect(told).toHaveLength(3);
    expect(told).toEqual(
      expect.arrayContaining([
        `base/5/${gone} is missing.`,
        expect.stringMatching(new RegExp(`^base/5/${short} has 8192 bytes, the manifest says \\d+\\.$`)),
        'extra is not in the manifest.',
      ]),
    );
  });

  test('an archive that is cut off, and a list that was changed', async () => {
    const cut = copyOf(tar, (copy) => truncateSync(join(copy, 'base', 'base.tar'), 5_000_000));
    expect((await problems(cut))[0]).toMatch(/^base\.tar is cut off at base\//);
    const path = (copy: string): string => join(copy, 'base', 'backup_manifest');
    const list = copyOf(tar, (copy) =>
      writeFileSync(path(copy), readFileSync(path(copy), 'utf8').replace('"Size": 3', '"Size": 4')),
    );
    expect(await problems(list)).toEqual(['backup_manifest does not match its own checksum.']);
    const half = copyOf(tar, (copy) => truncateSync(path(copy), 1000));
    expect(await problems(half)).toEqual(['backup_manifest cannot be read: it is cut off or damaged.']);
  });

  test('a segment of the log that is missing, changed, or of another name', async () => {
    const segment = readdirSync(join(plain, 'base', 'pg_wal')).find((name) => name.length === 24)!;
    const at = (copy: string): string => join(copy, 'base', 'pg_wal', segment);
    expect(await problems(copyOf(plain, (copy) => rmSync(at(copy))))).toEqual([
      `pg_wal/${segment} is missing, and the backup cannot be started without it.`,
    ]);
    expect(await problems(copyOf(plain, (copy) => flip(at(copy), 4096)))).toEqual([
      `pg_wal/${segment} was changed: its SHA-256 is not the recorded one.`,
    ]);
    const other = `${segment.slice(0, 22)}FE`;
    const renamed = copyOf(plain, (copy) => {
      cpSync(at(copy), join(copy, 'wal', other), { recursive: true });
    });
    expect((await problems(renamed)).join()).toContain(`${other} holds the log of ${segment}`);
  });

  test('a list of another cluster', async () => {
    const harmed = copyOf(plain, (copy) => flip(join(copy, 'base', 'global', 'pg_control'), 3));
    expect((await problems(harmed)).join('\n')).toMatch(
      /backup_manifest belongs to cluster \d+, the files to cluster \d+/,
    );
  });

  test('a folder that holds no backup, or none at all', async () => {
    mkdirSync(join(folder, 'empty'));
    await expect(verify(join(folder, 'empty'))).rejects.toMatchObject({ code: 'backup.damaged' });
    await expect(verify(join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'file.missing' });
    const odd = copyOf(tar, (copy) => writeFileSync(join(copy, 'backup.json'), '{"schema": "x"}'));
    await expect(verify(odd)).rejects.toMatchObject({ code: 'backup.damaged' });
  });
});

describe('a restore', () => {
  test('starts a copy, reads every page and compares the rows', async () => {
    const report = await run('restore', { folder: tar, verify: true });
    expect(report.claims.map(({ id, verdict }) => [id, verdict])).toEqual([
      ['files', 'proven'],
      ['started', 'proven'],
      ['pages', 'proven'],
      ['rows', 'proven'],
    ]);
    expect(report.output['url']).toBeUndefined();
    expect(await ownServers()).toBe(1);
  });

  test('says which table has other rows', async () => {
    const harmed = copyOf(tar, (copy) => {
      const record = JSON.parse(readFileSync(join(copy, 'backup.json'), 'utf8'));
      record.fingerprints[1].rows = 9999;
      writeFileSync(join(copy, 'backup.json'), JSON.stringify(record));
    });
    const report = await run('restore', { folder: harmed });
    expect(report).toMatchObject({ verdict: 'failed' });
    expect(report.claims.find(({ id }) => id === 'rows')).toMatchObject({
      verdict: 'missed',
      because: 'public.order; DROP has other rows.',
    });
    expect(await ownServers()).toBe(1);
  });

  test('keeps the copy until it is stopped, and lays out a data folder', async () => {
    const to = join(folder, 'data');
    const report = await run('restore', { folder: plain, to, ttl: '2 min' });
    try {
      const session = await postgres.connect(String(report.output['url']));
      const { rows } = await session
        .query('SELECT count(*) AS n FROM "order; DROP"')
        .finally(() => session.close());
      expect(rows).toEqual([{ n: 10_000 }]);
    } finally {
      await run('sandbox stop', { id: String(report.output['id']) });
    }
    expect(readFileSync(join(to, 'postgresql.auto.conf'), 'utf8')).toContain("archive_mode = 'off'");
    expect(existsSync(join(to, 'recovery.signal'))).toBe(false);
    await expect(run('restore', { folder: plain, to })).rejects.toMatchObject({ code: 'file.exists' });
  });

  test('refuses a target that it has no log for, or that is none', async () => {
    const input = { folder: tar };
    await expect(run('restore', { ...input, lsn: '0/1' })).rejects.toMatchObject({ code: 'backup.target' });
    for (const wrong of [
      { time: '2026-05-04 10:15' },
      { time: '2026-99-04 10:15:00Z' },
      { lsn: 'x' },
      { name: '' },
      { lsn: '0/1', name: 'a' },
    ])
      await expect(run('restore', { ...input, ...wrong })).rejects.toMatchObject({
        code: 'usage.wrong-option',
      });
  });

  test('of another version is refused by its number', async () => {
    const binaries = postgres.launch.candidates({ packages: '' });
    const [bundled] = await binaries;
    const harmed = copyOf(plain, (copy) => {
      // A cluster of version 11 as far as its folder tells; its list is made to agree.
      const base = join(copy, 'base');
      writeFileSync(join(base, 'PG_VERSION'), '11\n');
      const sum = execFileSync('sha256sum', [join(base, 'PG_VERSION')])
        .toString()
        .slice(0, 64);
      const list = readFileSync(join(base, 'backup_manifest'), 'utf8').replace(
        /("Path": "PG_VERSION".*?"Checksum": ")[0-9a-f]+/,
        `$1${sum}`,
      );
      const body = list.slice(0, list.trimEnd().lastIndexOf('\n') + 1);
      writeFileSync(join(copy, 'body'), body);
      const own = execFileSync('sha256sum', [join(copy, 'body')])
        .toString()
        .slice(0, 64);
      writeFileSync(join(base, 'backup_manifest'), `${body}"Manifest-Checksum": "${own}"}\n`);
    });
    await expect(run('restore', { folder: harmed, sandbox: bundled!.folder })).rejects.toMatchObject({
      code: 'sandbox.no-server',
      message: expect.stringContaining('11'),
    });
    expect(await ownServers()).toBe(1);
  });
});

describe('a recovery with archived log', () => {
  const log = join(folder, 'archive');
  const base = join(folder, 'before');
  let times: readonly string[] = [];
  let end = '';

  beforeAll(async () => {
    const { backups } = postgres;
    const receiver = await backups.receive(shop.adminUrl, log);
    const session = await postgres.connect(shop.ownerUrl);
    await session.run('CREATE TABLE step (n int)');
    await run('backup', { database: shop.adminUrl, out: base });
    const found: string[] = [];
    for (const n of [1, 2, 3]) {
      await session.query('INSERT INTO step VALUES ($1)', [n]);
      found.push((await backups.position(shop.adminUrl)).at);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    times = found;
    const admin = await postgres.connect(shop.adminUrl);
    await admin.query("SELECT pg_create_restore_point('between')");
    await session.query('INSERT INTO step VALUES (4)');
    // A segment is closed, and more than one follows the backup.
    await admin.query('SELECT pg_switch_wal()');
    await session.query('INSERT INTO step VALUES (5)');
    await admin.query('SELECT pg_switch_wal()');
    await session.query('INSERT INTO step VALUES (6)');
    end = (await backups.position(shop.adminUrl)).lsn;
    expect(await receiver.until(end, 5000)).toBe(true);
    await receiver.stop();
    await admin.close();
    await session.close();
  });

  const rowsAt = async (target: object, archive = log): Promise<number> => {
    const report = await run('restore', { folder: base, log: archive, ...target });
    try {
      const session = await postgres.connect(String(report.output['url']));
      const { rows } = await session
        .query<{ n: number }>('SELECT count(*) AS n FROM step')
        .finally(() => session.close());
      return rows[0]!.n;
    } finally {
      await run('sandbox stop', { id: String(report.output['id']) });
    }
  };

  test('stops at a time, at a restore point, and at the end', async () => {
    expect(await rowsAt({ time: times[1] })).toBe(2);
    expect(await rowsAt({ name: 'between' })).toBe(3);
    expect(await rowsAt({})).toBe(6);
  });

  test('refuses targets outside the log, by name', async () => {
    await expect(run('restore', { folder: base, log, time: '2099-01-01 00:00:00+00' })).rejects.toMatchObject(
      {
        code: 'backup.target',
        message: expect.stringMatching(/behind the archived log, whose last commit was at \d{4}-/),
      },
    );
    await expect(run('restore', { folder: base, log, time: '2001-01-01 00:00:00+00' })).rejects.toMatchObject(
      {
        code: 'backup.target',
        message: expect.stringContaining('before the end of the base backup'),
      },
    );
    expect(await ownServers()).toBe(1);
  });

  test('refuses a log with a hole, by the name of the segment', async () => {
    const holed = join(folder, 'holed');
    cpSync(log, holed, { recursive: true });
    const full = readdirSync(holed)
      .filter((name) => name.length === 24)
      .toSorted();
    const victim = full.at(-1)!;
    renameSync(join(holed, victim), join(folder, victim));
    const refused = {
      code: 'backup.damaged',
      message: expect.stringContaining(`${victim} is missing from the archived log`),
    };
    await expect(run('restore', { folder: base, log: holed })).rejects.toMatchObject(refused);
    writeFileSync(join(holed, victim), 'no log');
    expect((await verify(base, { log: holed })).findings[0]).toMatchObject({
      place: victim,
      message: expect.stringContaining('does not begin like a segment'),
    });
    expect(signal.aborted).toBe(false);
  });
});
