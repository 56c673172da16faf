/** What was shown about a change, signed so that others can rely on it without running it again. */
import type { ClaimVerdict, Verdict } from '../report/model.ts';

/** `evidence.json` beside a change. */
export interface EvidenceFile {
  readonly schema: 'dbd.evidence/1';
  readonly statement: EvidenceStatement;
  readonly signatures: readonly EvidenceSignature[];
}

/** What the signers vouch for. */
export interface EvidenceStatement {
  /** Hash of {@link EvidenceStatement.files}, by which a change is known when it is promoted. */
  readonly change: string;
  /** Every file of the folder but the signed evidence and what is measured on production later; in the order of their paths. */
  readonly files: readonly FileHash[];
  /** SHA-256 of the report that the verdict is taken from. */
  readonly report: string;
  readonly command: string;
  readonly title: string;
  readonly verdict: Verdict;
  readonly claims: readonly {
    readonly id: string;
    readonly verdict: ClaimVerdict;
    readonly says: string;
  }[];
  /** Server it ran on; absent when none was used. */
  readonly server?: string;
  /** Version of dbd that measured. */
  readonly dbd: string;
  /** ISO time of the report. */
  readonly at: string;
  /** What limits the evidence. */
  readonly limits: readonly string[];
}

export interface FileHash {
  /** Relative to the change folder, with `/`. */
  readonly path: string;
  /** SHA-256 of the bytes, hex. */
  readonly sha256: string;
}

/** Of one signer; the signature covers the statement and everything here but itself. */
export interface EvidenceSignature {
  /** SHA-256 of the public key (SPKI, DER), hex. */
  readonly key: string;
  /** ISO time of signing. */
  readonly signedAt: string;
  /** ISO time from which on it counts no more. */
  readonly expires?: string;
  readonly ci: CiIdentity;
  /** Version of dbd that signed. */
  readonly dbd: string;
  /** Ed25519 over canonical JSON, base64. */
  readonly signature: string;
}

/** Where it was signed, as the environment tells; nothing but the key vouches for it. */
export interface CiIdentity {
  /** `github`, `gitlab`, `jenkins` …, or `none` for a person's machine. */
  readonly system: string;
  readonly repository?: string;
  readonly commit?: string;
  readonly ref?: string;
  readonly run?: string;
  readonly actor?: string;
}

/** A public key that is trusted, and what it is called in messages. */
export interface TrustedKey {
  readonly name: string;
  /** Text in PEM. */
  readonly pem: string;
}

export interface VerifyOptions {
  /** Different keys that must have signed; 1 by default. */
  readonly signers?: number;
  /** Lowest verdict that is accepted; `conditions` by default. */
  readonly verdict?: 'proven' | 'conditions';
  /** Oldest measurement that is accepted, milliseconds. */
  readonly maxAgeMs?: number;
  readonly now?: Date;
}

/** Whether evidence may be relied on, and why not. */
export interface EvidenceCheck {
  /** No problem, and enough trusted signers. */
  readonly accepted: boolean;
  readonly problems: readonly EvidenceProblem[];
  readonly signers: readonly {
    readonly name: string;
    readonly key: string;
    readonly signedAt: string;
    readonly expires?: string;
    readonly ci: CiIdentity;
  }[];
  /** Present when the file could be read; to be relied on only when accepted. */
  readonly statement?: EvidenceStatement;
}

export interface EvidenceProblem {
  readonly kind:
    | 'missing'
    | 'damaged'
    | 'file-changed'
    | 'file-added'
    | 'file-removed'
    | 'signature'
    | 'unknown-signer'
    | 'too-few-signers'
    | 'expired'
    | 'future'
    | 'too-old'
    | 'verdict';
  readonly text: string;
}
