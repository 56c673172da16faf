/** Signed evidence: any altered byte, time, key or file is found. */
import { mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { run as call } from '../../src/commands/run.ts';
import { changeHash } from '../../src/evidence/folder.ts';
import { newKeys } from '../../src/evidence/keys.ts';
import type { EvidenceFile, VerifyOptions } from '../../src/evidence/model.ts';
import { verifyEvidence } from '../../src/evidence/verify.ts';
import { report } from '../../src/report/build.ts';
import type { Verdict } from '../../src/report/model.ts';

const up = `-- dbd: change C-1 · Users have an address\nALTER TABLE users ADD COLUMN email text;\n`;
const [ci, second, stranger] = [newKeys(), newKeys(), newKeys()];
let root: string;
let folder: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'dbd-evidence-'));
  folder = join(root, 'change');
  await mkdir(join(folder, 'up'), { recursive: true });
  await mkdir(join(folder, 'down'));
  await writeFile(join(folder, 'up/01-expand.sql'), up);
  await writeFile(join(folder, 'down/01-expand.sql'), 'ALTER TABLE users DROP COLUMN email;\n');
  await rehearsed('proven');
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** A report of the folder as it is now. */
async function rehearsed(verdict: Verdict): Promise<void> {
  const made = report({
    command: 'rehearse',
    title: 'change',
    headline: 'It holds.',
    started: performance.now(),
    verdict,
    server: 'PostgreSQL 18.4, bundled',
    claims: [
      {
        id: 'roundtrip',
        kind: 'change',
        says: 'It goes up and down.',
        verdict: 'proven',
        because: 'It was run.',
        evidence: [],
      },
      ...(verdict === 'conditions'
        ? [
            {
              id: 'rows',
              kind: 'change' as const,
              says: 'Rows stay.',
              verdict: 'not-proven' as const,
              because: 'Not asked.',
              evidence: [],
            },
          ]
        : []),
    ],
    output: { change: await changeHash(folder) },
  });
  await writeFile(join(folder, 'report.json'), JSON.stringify(made));
}

/** Signs by the command, with the key in a variable as CI has it. */
function sign(keys = ci, more: Record<string, unknown> = {}) {
  return call(
    'evidence sign',
    { change: folder, ...more },
    {
      cwd: root,
      env: {
        DBD_EVIDENCE_KEY: keys.privatePem.replaceAll('\n', '\\n'),
        GITHUB_ACTIONS: 'true',
        GITHUB_REPOSITORY: 'acme/shop',
        GITHUB_SHA: 'a'.repeat(40),
      },
    },
  );
}

const trusted = [
  { name: 'ci', pem: ci.publicPem },
  { name: 'dba', pem: second.publicPem },
];
const kinds = async (options: VerifyOptions = {}, keys = trusted): Promise<readonly string[]> =>
  (await verifyEvidence(folder, keys, options)).problems.map(({ kind }) => kind);

async function altered(change: (file: EvidenceFile) => unknown): Promise<void> {
  const path = join(folder, 'evidence.json');
  const file = JSON.parse(await readFile(path, 'utf8')) as EvidenceFile;
  await writeFile(path, JSON.stringify(change(file)));
}

describe('what was signed is accepted', () => {
  test('as it is, by the library and by the command; what is measured later may stand beside it', async () => {
    await sign();
    await writeFile(join(folder, 'preflight.json'), '{}');
    const check = await verifyEvidence(folder, trusted);
    expect(check).toMatchObject({ accepted: true, problems: [] });
    expect(check.signers).toMatchObject([
      { name: 'ci', ci: { system: 'github', repository: 'acme/shop', commit: 'a'.repeat(40) } },
    ]);
    expect(check.statement?.files.map(({ path }) => path)).toEqual([
      'down/01-expand.sql',
      'report.json',
      'up/01-expand.sql',
    ]);
    await writeFile(join(root, 'ci.pub'), ci.publicPem);
    const said = await call('evidence verify', { change: folder, publicKey: ['ci.pub'] }, { cwd: root });
    expect(said).toMatchObject({ verdict: 'proven', output: { accepted: true } });
  });

  test('by two signers where two are demanded; one of them twice is one', async () => {
    await sign();
    await sign();
    expect(await kinds({ signers: 2 })).toEqual(['too-few-signers']);
    await sign(second);
    expect((await verifyEvidence(folder, trusted, { signers: 2 })).signers.map(({ name }) => name)).toEqual([
      'ci',
      'dba',
    ]);
    expect(await kinds({ signers: 2 }, [trusted[0]!, trusted[0]!])).toContain('too-few-signers');
  });
});

describe('negative controls', () => {
  const tampered: readonly (readonly [string, () => Promise<unknown>, string])[] = [
    [
      'a step altered by one letter',
      () => writeFile(join(folder, 'up/01-expand.sql'), up.replace('text', 'Text')),
      'file-changed',
    ],
    [
      'the way back altered',
      () => writeFile(join(folder, 'down/01-expand.sql'), 'SELECT 1;\n'),
      'file-changed',
    ],
    [
      'a line end altered',
      () => writeFile(join(folder, 'up/01-expand.sql'), up.replaceAll('\n', '\r\n')),
      'file-changed',
    ],
    [
      'a phase added',
      () => writeFile(join(folder, 'up/02-contract.sql'), 'DROP TABLE users;\n'),
      'file-added',
    ],
    [
      'a hidden file added',
      () => writeFile(join(folder, 'up/.evil.sql'), 'DROP TABLE users;\n'),
      'file-added',
    ],
    [
      'a nested file of an exempt name added',
      () => writeFile(join(folder, 'up/preflight.json'), '{}'),
      'file-added',
    ],
    ['a phase removed', () => rm(join(folder, 'down/01-expand.sql')), 'file-removed'],
    [
      'the report altered',
      async () =>
        writeFile(join(folder, 'report.json'), `${await readFile(join(folder, 'report.json'), 'utf8')} `),
      'file-changed',
    ],
    [
      'the verdict altered',
      () => altered((file) => ({ ...file, statement: { ...file.statement, verdict: 'conditions' } })),
      'signature',
    ],
    [
      'a claim altered',
      () => altered((file) => ({ ...file, statement: { ...file.statement, claims: [] } })),
      'signature',
    ],
    [
      'the time altered',
      () =>
        altered((file) => ({ ...file, statement: { ...file.statement, at: '2026-01-01T00:00:00.000Z' } })),
      'signature',
    ],
    [
      'the server altered',
      () => altered((file) => ({ ...file, statement: { ...file.statement, server: 'PostgreSQL 99' } })),
      'signature',
    ],
    [
      'the CI altered',
      () =>
        altered((file) => ({
          ...file,
          signatures: file.signatures.map((one) => ({ ...one, ci: { system: 'gitlab' } })),
        })),
      'signature',
    ],
    [
      'the expiry taken off',
      () =>
        altered((file) => ({
          ...file,
          signatures: file.signatures.map(({ expires: _expires, ...one }) => one),
        })),
      'signature',
    ],
    [
      'the signature swapped',
      () =>
        altered((file) => ({
          ...file,
          signatures: file.signatures.map((one) => ({
            ...one,
            signature: Buffer.alloc(64).toString('base64'),
          })),
        })),
      'signature',
    ],
    [
      'the signer renamed',
      () =>
        altered((file) => ({
          ...file,
          signatures: file.signatures.map((one) => ({ ...one, key: 'f'.repeat(64) })),
        })),
      'unknown-signer',
    ],
    ['all signatures removed', () => altered((file) => ({ ...file, signatures: [] })), 'too-few-signers'],
    [
      'the file list shortened together with the file',
      async () => {
        await rm(join(folder, 'down/01-expand.sql'));
        await altered((file) => ({
          ...file,
          statement: {
            ...file.statement,
            files: file.statement.files.filter(({ path }) => !path.startsWith('down')),
          },
        }));
      },
      'signature',
    ],
    ['no evidence at all', () => rm(join(folder, 'evidence.json')), 'missing'],
    [
      'a damaged file',
      () => writeFile(join(folder, 'evidence.json'), '{"schema":"dbd.evidence/1"'),
      'damaged',
    ],
    [
      'another shape',
      () => altered((file) => ({ ...file, statement: { ...file.statement, files: 'all' } })),
      'damaged',
    ],
  ];
  test.each(tampered)('%s', async (_name, tamper, problem) => {
    await sign(ci, { expires: '30d' });
    expect((await verifyEvidence(folder, trusted)).accepted).toBe(true);
    await tamper();
    const check = await verifyEvidence(folder, trusted);
    expect(check.accepted).toBe(false);
    expect(check.problems.map(({ kind }) => kind)).toContain(problem);
  });

  test('a stranger signs: not accepted, and does no harm to those who are trusted', async () => {
    await sign(stranger);
    expect(await kinds()).toEqual(['unknown-signer', 'too-few-signers']);
    await sign(ci);
    expect(await verifyEvidence(folder, trusted)).toMatchObject({ accepted: true });
  });

  test('times: expired, in the future, too old', async () => {
    await sign(ci, { expires: '1d' });
    expect(await kinds({ now: new Date(Date.now() + 2 * 86_400_000) })).toContain('expired');
    expect(await kinds({ now: new Date(Date.now() - 86_400_000) })).toEqual(
      expect.arrayContaining(['future']),
    );
    expect(await kinds({ now: new Date(Date.now() + 3_600_000), maxAgeMs: 60_000 })).toEqual(['too-old']);
  });

  test('a verdict with conditions is not `proven`', async () => {
    await rehearsed('conditions');
    await sign();
    expect(await kinds()).toEqual([]);
    expect(await kinds({ verdict: 'proven' })).toEqual(['verdict']);
  });
});

describe('what is refused', () => {
  test('a report of other files, of a failed rehearsal, of nothing, and none', async () => {
    await writeFile(join(folder, 'up/01-expand.sql'), `${up}DROP TABLE users;\n`);
    await expect(sign()).rejects.toMatchObject({
      code: 'evidence.refused',
      message: expect.stringContaining('altered') as string,
    });
    await rehearsed('failed');
    await expect(sign()).rejects.toMatchObject({
      code: 'evidence.refused',
      message: expect.stringContaining('failed') as string,
    });
    await writeFile(
      join(folder, 'report.json'),
      JSON.stringify(report({ command: 'check', title: '', headline: '', started: 0 })),
    );
    await expect(sign()).rejects.toMatchObject({
      code: 'evidence.refused',
      message: expect.stringContaining('which change') as string,
    });
    await rm(join(folder, 'report.json'));
    await expect(sign()).rejects.toMatchObject({ code: 'evidence.refused' });
  });

  test('links among the files', async () => {
    await symlink('/etc/hostname', join(folder, 'up/02-contract.sql'));
    await expect(sign()).rejects.toMatchObject({ code: 'evidence.refused' });
  });

  test('keys: made outside a repository only, never overwritten, never quoted, never the wrong half', async () => {
    const made = await call('evidence keygen', { file: 'ci' }, { cwd: root });
    expect(made.output).toMatchObject({ key: join(root, 'ci') });
    expect((await stat(join(root, 'ci'))).mode & 0o777).toBe(0o600);
    await expect(call('evidence keygen', { file: 'ci' }, { cwd: root })).rejects.toMatchObject({
      code: 'file.exists',
    });
    await call('evidence sign', { change: folder, key: 'ci' }, { cwd: root });
    await expect(
      call('evidence verify', { change: folder, publicKey: ['ci'] }, { cwd: root }),
    ).rejects.toMatchObject({ code: 'evidence.key' });
    expect(
      await call('evidence verify', { change: folder, publicKey: ['ci.pub'] }, { cwd: root }),
    ).toMatchObject({ verdict: 'proven' });
    await mkdir(join(root, '.git'));
    await expect(call('evidence keygen', { file: 'other' }, { cwd: root })).rejects.toMatchObject({
      code: 'evidence.key',
    });
    await expect(call('evidence sign', { change: folder, key: 'ci' }, { cwd: root })).rejects.toMatchObject({
      code: 'evidence.key',
    });
    const odd = 'not a key, but a secret';
    const refused = call('evidence sign', { change: folder }, { cwd: root, env: { DBD_EVIDENCE_KEY: odd } });
    await expect(refused).rejects.toMatchObject({ code: 'evidence.key' });
    await expect(refused).rejects.not.toThrow(odd);
  });
});
