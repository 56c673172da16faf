/** A change that was rehearsed, and keys to sign it with. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run as call } from '../../src/commands/run.ts';
import { changeHash } from '../../src/evidence/folder.ts';
import { newKeys } from '../../src/evidence/keys.ts';
import { report } from '../../src/report/build.ts';
import type { Report, Verdict } from '../../src/report/model.ts';

export const up = `-- dbd: change C-1 · Users have an address\nALTER TABLE users ADD COLUMN email text;\n`;
export const [ci, second, stranger] = [newKeys(), newKeys(), newKeys()];

/** A folder that holds one change with its report. */
export interface Ground {
  readonly root: string;
  readonly folder: string;
  remove(): Promise<void>;
}

export async function ground(): Promise<Ground> {
  const root = await mkdtemp(join(tmpdir(), 'dbd-evidence-'));
  const folder = join(root, 'change');
  await mkdir(join(folder, 'up'), { recursive: true });
  await mkdir(join(folder, 'down'));
  await writeFile(join(folder, 'up/01-expand.sql'), up);
  await writeFile(join(folder, 'down/01-expand.sql'), 'ALTER TABLE users DROP COLUMN email;\n');
  await rehearsed(folder, 'proven');
  return { root, folder, remove: () => rm(root, { recursive: true, force: true }) };
}

/** A report of the folder as it is now. */
export async function rehearsed(folder: string, verdict: Verdict): Promise<void> {
  const claim = { kind: 'change', evidence: [] } as const;
  const made = report({
    command: 'rehearse',
    title: 'change',
    headline: 'It holds.',
    started: performance.now(),
    verdict,
    server: 'PostgreSQL 18.4, bundled',
    claims: [
      { ...claim, id: 'roundtrip', says: 'It goes up and down.', verdict: 'proven', because: 'It was run.' },
      ...(verdict === 'conditions'
        ? [
            {
              ...claim,
              id: 'rows',
              says: 'Rows stay.',
              verdict: 'not-proven' as const,
              because: 'Not asked.',
            },
          ]
        : []),
    ],
    output: { change: await changeHash(folder) },
  });
  await writeFile(join(folder, 'report.json'), JSON.stringify(made));
}

/** Signs by the command, with the key in a variable as CI has it. */
export function signed(
  { root, folder }: Ground,
  keys = ci,
  more: Record<string, unknown> = {},
): Promise<Report> {
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
