import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { fail } from '../../base/error.ts';
import { plural } from '../../base/text.ts';
import type { VerifyOptions } from '../../evidence/model.ts';
import { verifyEvidence } from '../../evidence/verify.ts';
import { report } from '../../report/build.ts';
import type { Block, Report } from '../../report/model.ts';
import { statementBlock } from './sign.ts';

/** Verifies the evidence of a change folder with the keys of some files. Throws `evidence.key`, `file.missing`. */
export async function verifyCommand(
  folder: string,
  shown: string,
  keys: readonly { readonly path: string; readonly shown: string }[],
  options: VerifyOptions,
): Promise<Report> {
  const started = performance.now();
  const trusted = await Promise.all(
    keys.map(async ({ path, shown: name }) => ({
      name,
      pem: await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) =>
        fail('evidence.key', `The public key ${name} cannot be read (${cause.code ?? 'unknown'}).`),
      ),
    })),
  );
  const { accepted, problems, signers, statement } = await verifyEvidence(folder, trusted, options);
  return report({
    command: 'evidence verify',
    title: basename(resolve(folder)),
    headline: accepted
      ? `Accepted: signed by ${signers.map(({ name }) => name).join(', ')}, every file as it was signed, verdict ${statement!.verdict}.`
      : `Not accepted: ${problems[0]?.text ?? 'nobody signed it.'}`,
    started,
    verdict: accepted ? 'proven' : 'failed',
    findings: problems.map(({ kind, text }) => ({
      rule: `evidence-${kind}`,
      severity: kind === 'unknown-signer' ? 'info' : 'error',
      place: shown,
      message: text,
    })),
    blocks: [
      ...(statement && accepted ? [statementBlock(statement)] : []),
      ...(signers.length > 0
        ? [
            {
              id: 'signers',
              title: plural(signers.length, 'trusted signer'),
              kind: 'table',
              columns: [{ title: 'key' }, { title: 'signed at' }, { title: 'expires' }, { title: 'where' }],
              rows: signers.map(({ name, signedAt, expires, ci }) => [
                name,
                signedAt,
                expires ?? 'never',
                [ci.system, ci.repository, ci.commit?.slice(0, 12), ci.run].filter(Boolean).join(' '),
              ]),
            } satisfies Block,
          ]
        : []),
    ],
    next: accepted
      ? []
      : [{ command: `dbd rehearse ${shown} -o <folder>`, why: 'then dbd evidence sign, in CI' }],
    limits: accepted && statement ? statement.limits : [],
    output: {
      accepted,
      problems,
      signers,
      ...(statement ? { change: statement.change, verdictSigned: statement.verdict } : {}),
    },
  });
}
