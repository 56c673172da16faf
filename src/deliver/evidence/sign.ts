/** `dbd evidence keygen`, `sign` and `verify`: what was shown is made something that others can rely on. */
import { access, chmod, readFile, realpath, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { fail } from '../../base/error.ts';
import { jsonMembers, plural } from '../../base/text.ts';
import { ciIdentity } from '../../evidence/ci.ts';
import { readEvidence } from '../../evidence/file.ts';
import { evidenceName, folderFiles, sha256 } from '../../evidence/folder.ts';
import { fingerprint, newKeys, privateKey } from '../../evidence/keys.ts';
import type { EvidenceStatement } from '../../evidence/model.ts';
import { evidenceStatement, signEvidence } from '../../evidence/sign.ts';
import { fact, report } from '../../report/build.ts';
import type { Block, Report } from '../../report/model.ts';

/** Makes a pair of keys; the private one is readable by its owner only. Throws `evidence.key` inside a git work tree, `file.exists`, `file.unwritable`. */
export async function keygenCommand(path: string, shown: string): Promise<Report> {
  const started = performance.now();
  await refuseRepository(path, shown);
  for (const each of [path, `${path}.pub`])
    if (await exists(each))
      fail('file.exists', `${each} is there already; a key is never overwritten.`, {
        hint: 'Choose another name.',
      });
  const { privatePem, publicPem } = newKeys();
  const unwritable = (cause: NodeJS.ErrnoException): never =>
    fail('file.unwritable', `${shown} cannot be written (${cause.code ?? 'unknown'}).`, { cause });
  await writeFile(path, privatePem, { mode: 0o600, flag: 'wx' }).catch(unwritable);
  await chmod(path, 0o600).catch(unwritable);
  await writeFile(`${path}.pub`, publicPem, { mode: 0o644, flag: 'wx' }).catch(unwritable);
  const key = fingerprint(privateKey(privatePem, shown));
  return report({
    command: 'evidence keygen',
    title: shown,
    headline: `A pair of Ed25519 keys: ${shown} signs, ${shown}.pub verifies.`,
    started,
    blocks: [{ id: 'key', title: 'Key', kind: 'facts', facts: [fact('fingerprint', key, 'measured')] }],
    next: [
      {
        command: `dbd evidence sign <change> --key ${shown}`,
        why: 'or give its text to your CI as a secret, DBD_EVIDENCE_KEY',
      },
      {
        command: `dbd evidence verify <change> --public-key ${shown}.pub`,
        why: 'the public half may be committed',
      },
    ],
    output: { key: path, publicKey: `${path}.pub`, fingerprint: key },
  });
}

export interface SignCommand {
  /** Change folder, or its report. */
  readonly path: string;
  readonly shown: string;
  /** Report, where it is not in the folder. */
  readonly report?: string;
  readonly key:
    | { readonly kind: 'file'; readonly path: string; readonly shown: string }
    | { readonly kind: 'variable'; readonly name: string; readonly text: string };
  /** How long the signature counts, milliseconds. */
  readonly expiresMs?: number;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Signs what a report says about a change, and writes `evidence.json` beside it. Throws `evidence.*`, `report.invalid`, `file.*`. */
export async function signCommand(options: SignCommand): Promise<Report> {
  const started = performance.now();
  const { shown, key: from } = options;
  const found = await stat(options.path).catch(() =>
    fail('file.missing', `There is no ${shown}.`, { hint: 'Give the change folder, or its report.json.' }),
  );
  const folder = found.isDirectory() ? options.path : dirname(options.path);
  const reportPath = options.report ?? (found.isDirectory() ? join(folder, 'report.json') : options.path);
  const text = await readFile(reportPath, 'utf8').catch(() =>
    fail('evidence.refused', `There is no report of the change: ${reportPath}.`, {
      hint: `Rehearse it first: dbd rehearse ${shown} -o rehearsal; then name it with --report rehearsal/report.json.`,
    }),
  );
  const key = await keyOf(from);
  const statement = evidenceStatement(await folderFiles(folder), readReport(text, reportPath), sha256(text));
  const target = join(folder, evidenceName);
  const earlier = await readFile(target, 'utf8').then(readEvidence, () => undefined);
  const now = new Date();
  const evidence = signEvidence(statement, key, {
    ci: ciIdentity(options.env),
    now,
    ...(earlier ? { earlier } : {}),
    ...(options.expiresMs === undefined ? {} : { expires: new Date(now.getTime() + options.expiresMs) }),
  });
  await writeFile(target, `${JSON.stringify(evidence, undefined, 2)}\n`).catch(
    (cause: NodeJS.ErrnoException) =>
      fail('file.unwritable', `${target} cannot be written (${cause.code ?? 'unknown'}).`, { cause }),
  );
  const dropped =
    (earlier?.signatures.length ?? 0) >= evidence.signatures.length &&
    earlier !== undefined &&
    evidence.signatures.length === 1 &&
    earlier.signatures.some((one) => one.key !== evidence.signatures[0]!.key);
  return report({
    command: 'evidence sign',
    title: basename(resolve(folder)),
    headline: `Signed: ${statement.verdict}, ${plural(statement.claims.length, 'claim')}, ${plural(statement.files.length, 'file')}; ${plural(evidence.signatures.length, 'signer')}.`,
    started,
    verdict: statement.verdict,
    blocks: [statementBlock(statement)],
    limits: [
      ...statement.limits,
      ...(dropped ? ['Signatures of an earlier state of the change were dropped: they no longer hold.'] : []),
    ],
    next: [
      {
        command: `dbd evidence verify ${shown} --public-key <file>`,
        why: 'as a target does before the change runs',
      },
    ],
    output: { file: target, change: statement.change, signers: evidence.signatures.length },
  });
}

/** What is signed, as facts. */
export function statementBlock(statement: EvidenceStatement): Block {
  const open = statement.claims.filter(({ verdict }) => verdict === 'not-proven' || verdict === 'missed');
  return {
    id: 'statement',
    title: 'What is vouched for',
    kind: 'facts',
    facts: [
      fact('change', statement.change, 'measured'),
      fact('verdict', `${statement.verdict}, by dbd ${statement.command}`, 'measured'),
      fact(
        'claims',
        `${statement.claims.length}${open.length > 0 ? `, not proven: ${open.map(({ id }) => id).join(', ')}` : ''}`,
        'measured',
      ),
      fact('server', statement.server ?? 'none', 'measured'),
      fact('measured at', `${statement.at}, dbd ${statement.dbd}`, 'measured'),
    ],
  };
}

async function keyOf(from: SignCommand['key']): Promise<ReturnType<typeof privateKey>> {
  if (from.kind === 'variable') return privateKey(from.text, `The variable ${from.name}`);
  await refuseRepository(from.path, from.shown);
  const text = await readFile(from.path, 'utf8').catch((cause: NodeJS.ErrnoException) =>
    fail('evidence.key', `The key ${from.shown} cannot be read (${cause.code ?? 'unknown'}).`, {
      hint: 'Make one outside the repository: dbd evidence keygen <file>.',
    }),
  );
  return privateKey(text, from.shown);
}

function readReport(text: string, path: string): Report {
  const members = jsonMembers(text);
  const meta = members?.['meta'];
  if (
    members?.['schema'] !== 'dbd.report/1' ||
    !Array.isArray(members['claims']) ||
    meta === null ||
    typeof meta !== 'object'
  )
    fail('report.invalid', `${path} is no report of dbd.`, {
      hint: 'Give the report.json that a rehearsal wrote.',
    });
  // The envelope of `--json` has the members of the output beside the report's own.
  const output = members['output'] ?? members;
  return { ...members, output } as unknown as Report;
}

/** A key that stands in a repository is committed some day. */
async function refuseRepository(path: string, shown: string): Promise<void> {
  let folder = await realpath(dirname(path)).catch(() =>
    fail('file.missing', `The folder of ${shown} does not exist.`, {
      hint: 'Make it first, outside the repository.',
    }),
  );
  const real = await realpath(path).catch(() => undefined);
  if (real !== undefined) folder = dirname(real);
  for (let at = folder; ; at = dirname(at)) {
    if (await exists(join(at, '.git')))
      fail('evidence.key', `${shown} is inside the git work tree ${at}: a private key belongs outside.`, {
        hint: 'Put it elsewhere, or give it in a variable: --key-env DBD_EVIDENCE_KEY.',
      });
    if (dirname(at) === at) return;
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
