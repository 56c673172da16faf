import { jsonMembers } from '../base/text.ts';
import type { EvidenceFile, EvidenceSignature, EvidenceStatement } from './model.ts';

/** Reads evidence with every member that is relied on; undefined for any other text. */
export function readEvidence(text: string): EvidenceFile | undefined {
  const members = jsonMembers(text);
  if (members?.['schema'] !== 'dbd.evidence/1') return undefined;
  const { statement, signatures } = members;
  if (!isStatement(statement) || !Array.isArray(signatures) || !signatures.every(isSignature))
    return undefined;
  return { schema: 'dbd.evidence/1', statement, signatures };
}

type Members = Readonly<Record<string, unknown>>;
const isMembers = (value: unknown): value is Members =>
  value !== null && typeof value === 'object' && !Array.isArray(value);
const texts = (value: Members, keys: readonly string[]): boolean =>
  keys.every((key) => typeof value[key] === 'string');
const isTime = (value: unknown): boolean => typeof value === 'string' && !Number.isNaN(Date.parse(value));

function isStatement(value: unknown): value is EvidenceStatement {
  if (!isMembers(value)) return false;
  const { files, claims, limits, verdict, at } = value;
  return (
    texts(value, ['change', 'report', 'command', 'title', 'dbd']) &&
    isTime(at) &&
    ['proven', 'conditions', 'failed'].includes(String(verdict)) &&
    Array.isArray(files) &&
    files.every((file) => isMembers(file) && texts(file, ['path', 'sha256'])) &&
    new Set(files.map((file: Members) => file['path'])).size === files.length &&
    Array.isArray(claims) &&
    claims.every((claim) => isMembers(claim) && texts(claim, ['id', 'verdict', 'says'])) &&
    Array.isArray(limits) &&
    limits.every((limit) => typeof limit === 'string')
  );
}

function isSignature(value: unknown): value is EvidenceSignature {
  return (
    isMembers(value) &&
    texts(value, ['key', 'dbd', 'signature']) &&
    isTime(value['signedAt']) &&
    (value['expires'] === undefined || isTime(value['expires'])) &&
    isMembers(value['ci']) &&
    typeof value['ci']['system'] === 'string'
  );
}
