/** Evidence is verified against the files as they are now: nothing in it is believed before its signature was. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatMs } from '../base/units.ts';
import { evidenceName, folderFiles, hashOfFiles } from './folder.ts';
import { readEvidence } from './file.ts';
import { fingerprint, isSigned, publicKey } from './keys.ts';
import type {
  EvidenceCheck,
  EvidenceFile,
  EvidenceProblem,
  EvidenceStatement,
  FileHash,
  TrustedKey,
  VerifyOptions,
} from './model.ts';
import { signedText } from './sign.ts';

/** How far ahead a clock may be, milliseconds. */
const clockSlack = 5 * 60_000;

/** Verifies the signed evidence of a change folder: every file as it was signed, enough trusted signers, not expired, a verdict that is good enough. Throws `evidence.key` for a key that is none and `file.missing` for a folder that is not there. */
export async function verifyEvidence(
  folder: string,
  publicKeys: readonly TrustedKey[],
  options: VerifyOptions = {},
): Promise<EvidenceCheck> {
  const keys = new Map(
    publicKeys.map(({ name, pem }) => {
      const key = publicKey(pem, name);
      return [fingerprint(key), { name, key }] as const;
    }),
  );
  const files = await folderFiles(folder);
  const text = await readFile(join(folder, evidenceName), 'utf8').catch(() => undefined);
  if (text === undefined)
    return refused({ kind: 'missing', text: `There is no ${evidenceName} beside the change.` });
  const evidence = readEvidence(text);
  if (!evidence)
    return refused({ kind: 'damaged', text: `${evidenceName} is not evidence that dbd can read.` });
  const now = options.now ?? new Date();
  const { statement } = evidence;
  const { signers, problems: bad } = signersOf(evidence, keys, now);
  const needed = Math.max(1, options.signers ?? 1);
  const problems: readonly EvidenceProblem[] = [
    ...bad,
    ...(signers.length < needed
      ? [
          {
            kind: 'too-few-signers' as const,
            text: `${signers.length} of ${needed} trusted signers signed it.`,
          },
        ]
      : []),
    ...filesThatDiffer(statement.files, files),
    ...(statement.change === hashOfFiles(statement.files)
      ? []
      : [{ kind: 'damaged' as const, text: 'The hash of the change is not that of its files.' }]),
    ...doubts(statement, options, now),
  ];
  // What strangers signed says nothing against what the trusted ones did.
  const accepted = signers.length >= needed && problems.every(({ kind }) => kind === 'unknown-signer');
  return { accepted, problems, signers, statement };
}

const refused = (problem: EvidenceProblem): EvidenceCheck => ({
  accepted: false,
  problems: [problem],
  signers: [],
});

function signersOf(
  { statement, signatures }: EvidenceFile,
  keys: ReadonlyMap<string, { readonly name: string; readonly key: ReturnType<typeof publicKey> }>,
  now: Date,
): Pick<EvidenceCheck, 'signers' | 'problems'> {
  const problems: EvidenceProblem[] = [];
  const signers = new Map<string, EvidenceCheck['signers'][number]>();
  for (const { signature, ...signer } of signatures) {
    const trusted = keys.get(signer.key);
    const who = trusted?.name ?? `key ${signer.key.slice(0, 16)}`;
    const add = (kind: EvidenceProblem['kind'], text: string): unknown => problems.push({ kind, text });
    if (!trusted) add('unknown-signer', `${who} is not among the trusted keys.`);
    else if (!isSigned(signedText(statement, signer), signature, trusted.key))
      add('signature', `The signature of ${who} is not of this evidence: it, or the file, was altered.`);
    else if (Date.parse(signer.signedAt) > now.getTime() + clockSlack)
      add('future', `${who} signed it in the future, at ${signer.signedAt}: one of the clocks is wrong.`);
    else if (signer.expires !== undefined && Date.parse(signer.expires) <= now.getTime())
      add('expired', `The signature of ${who} expired at ${signer.expires}.`);
    else signers.set(signer.key, { name: trusted.name, ...signer });
  }
  return { signers: [...signers.values()], problems };
}

function filesThatDiffer(signed: readonly FileHash[], now: readonly FileHash[]): readonly EvidenceProblem[] {
  const [before, after] = [signed, now].map(
    (files) => new Map(files.map(({ path, sha256 }) => [path, sha256])),
  );
  return [
    ...signed.flatMap(({ path, sha256 }): EvidenceProblem[] => {
      const found = after!.get(path);
      if (found === undefined) return [{ kind: 'file-removed', text: `${path} was signed and is gone.` }];
      return found === sha256 ? [] : [{ kind: 'file-changed', text: `${path} was altered after signing.` }];
    }),
    ...now
      .filter(({ path }) => !before!.has(path))
      .map(({ path }): EvidenceProblem => ({ kind: 'file-added', text: `${path} was added after signing.` })),
  ];
}

function doubts(statement: EvidenceStatement, options: VerifyOptions, now: Date): readonly EvidenceProblem[] {
  const measured = Date.parse(statement.at);
  const age = now.getTime() - measured;
  const open = statement.claims.filter(({ verdict }) => verdict === 'missed' || verdict === 'not-proven');
  const good =
    statement.verdict === 'proven' ||
    (statement.verdict === 'conditions' && (options.verdict ?? 'conditions') === 'conditions');
  return [
    ...(good
      ? []
      : [
          {
            kind: 'verdict' as const,
            text: `Its verdict is \`${statement.verdict}\`${open.length > 0 ? `; open: ${open.map(({ id }) => id).join(', ')}` : ''}.`,
          },
        ]),
    ...(Number.isNaN(measured) || age < -clockSlack
      ? [{ kind: 'future' as const, text: `It was measured at ${statement.at}, which is not in the past.` }]
      : []),
    ...(options.maxAgeMs !== undefined && age > options.maxAgeMs
      ? [
          {
            kind: 'too-old' as const,
            text: `It was measured ${formatMs(age)} ago, and ${formatMs(options.maxAgeMs)} is the oldest that is accepted.`,
          },
        ]
      : []),
  ];
}
