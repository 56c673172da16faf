/** Evidence of a change is put together from its files and its report, and signed. */
import type { KeyObject } from 'node:crypto';
import { fail } from '../base/error.ts';
import { canonicalJson } from '../base/hash.ts';
import { version } from '../base/version.ts';
import type { Report } from '../report/model.ts';
import { hashOfFiles } from './folder.ts';
import { fingerprint, signText } from './keys.ts';
import type { CiIdentity, EvidenceFile, EvidenceSignature, EvidenceStatement, FileHash } from './model.ts';

/** Says what was shown about a change. Throws `evidence.refused` for a report of something else, and for a failed one. */
export function evidenceStatement(
  files: readonly FileHash[],
  report: Report,
  reportHash: string,
): EvidenceStatement {
  const change = hashOfFiles(files);
  const cited = report.output['change'];
  const again = 'Rehearse the change as it is now: dbd rehearse <folder> -o <folder>.';
  if (typeof cited !== 'string')
    fail(
      'evidence.refused',
      `The report of \`dbd ${report.command}\` does not say which change it is about.`,
      {
        hint: again,
      },
    );
  if (cited !== change)
    fail(
      'evidence.refused',
      'The report is about other files: the change was altered after it was rehearsed.',
      {
        hint: again,
        details: { reported: cited, now: change },
      },
    );
  if (report.verdict === 'failed')
    fail('evidence.refused', `The report says that the change failed: ${report.headline}`, {
      hint: 'Mend the change and rehearse it again.',
    });
  return {
    change,
    files,
    report: reportHash,
    command: report.command,
    title: report.title,
    verdict: report.verdict,
    claims: report.claims.map(({ id, verdict, says }) => ({ id, verdict, says })),
    ...(report.meta.server === undefined ? {} : { server: report.meta.server }),
    dbd: report.meta.dbd,
    at: report.meta.at,
    limits: report.meta.limits,
  };
}

/** Adds a signature; one that the same key gave before is replaced. Signatures of another statement are dropped, since they no longer hold. */
export function signEvidence(
  statement: EvidenceStatement,
  key: KeyObject,
  more: {
    readonly ci: CiIdentity;
    readonly now: Date;
    readonly expires?: Date;
    readonly earlier?: EvidenceFile;
  },
): EvidenceFile {
  const { ci, now, expires, earlier } = more;
  const unsigned: Omit<EvidenceSignature, 'signature'> = {
    key: fingerprint(key),
    signedAt: now.toISOString(),
    ...(expires === undefined ? {} : { expires: expires.toISOString() }),
    ci,
    dbd: version,
  };
  const same = earlier && canonicalJson(earlier.statement) === canonicalJson(statement);
  const others = same ? earlier.signatures.filter((one) => one.key !== unsigned.key) : [];
  return {
    schema: 'dbd.evidence/1',
    statement,
    signatures: [...others, { ...unsigned, signature: signText(signedText(statement, unsigned), key) }],
  };
}

/** The text that a signature covers. */
export function signedText(
  statement: EvidenceStatement,
  signer: Omit<EvidenceSignature, 'signature'>,
): string {
  return canonicalJson({ schema: 'dbd.evidence/1', statement, signer });
}
