/** Signed evidence: any altered byte, time, key or file is found. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { run as call } from '../../src/commands/run.ts';
import type { EvidenceFile, VerifyOptions } from '../../src/evidence/model.ts';
import { verifyEvidence } from '../../src/evidence/verify.ts';
import { ci, ground, rehearsed, second, signed, stranger, up, type Ground } from './ground.ts';

let place: Ground;
let root: string;
let folder: string;
beforeEach(async () => {
  place = await ground();
  ({ root, folder } = place);
});
afterEach(() => place.remove());

const sign = (keys = ci, more: Record<string, unknown> = {}) => signed(place, keys, more);

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
    await rehearsed(folder, 'conditions');
    await sign();
    expect(await kinds()).toEqual([]);
    expect(await kinds({ verdict: 'proven' })).toEqual(['verdict']);
  });
});
