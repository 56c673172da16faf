/** The server's own list of a backup's files, with their sizes and sums. */
import { createHash } from 'node:crypto';
import { fail } from '../../../base/error.ts';

/** Throws `backup.damaged` for one file of a backup. */
export function damaged(file: string, says: string, cause?: unknown): never {
  return fail('backup.damaged', `${file} ${says}.`, {
    hint: 'The backup was changed or copied in part after it was taken; take it again.',
    details: { file, says },
    ...(cause === undefined ? {} : { cause }),
  });
}

/** Name of the list within a backup. */
export const manifestName = 'backup_manifest';

export interface Manifest {
  readonly files: ReadonlyMap<
    string,
    { readonly bytes: number; readonly sum: string; readonly algorithm: string }
  >;
  /** Since 17 the list names its cluster. */
  readonly system?: string;
  readonly ranges: readonly { readonly timeline: number; readonly from: string; readonly to: string }[];
}

interface Written {
  readonly 'PostgreSQL-Backup-Manifest-Version'?: unknown;
  readonly 'System-Identifier'?: string;
  readonly Files?: readonly {
    readonly Path?: string;
    readonly 'Encoded-Path'?: string;
    readonly Size?: number;
    readonly 'Checksum-Algorithm'?: string;
    readonly Checksum?: string;
  }[];
  readonly 'WAL-Ranges'?: readonly {
    readonly Timeline: number;
    readonly 'Start-LSN': string;
    readonly 'End-LSN': string;
  }[];
  readonly 'Manifest-Checksum'?: string;
}

/** Reads a list and checks its own sum; throws `backup.damaged`. */
export function readManifest(bytes: Buffer): Manifest {
  const text = bytes.toString('utf8');
  // The sum covers every byte before the last line, which holds it.
  const last = text.trimEnd().lastIndexOf('\n') + 1;
  let written: Written;
  try {
    // System numbers are larger than a double holds exactly.
    written = JSON.parse(text.replace(/("System-Identifier":\s*)(\d+)/, '$1"$2"')) as Written;
  } catch (error) {
    return damaged(manifestName, 'cannot be read: it is cut off or damaged', error);
  }
  const sum = createHash('sha256').update(text.slice(0, last)).digest('hex');
  if (written['Manifest-Checksum'] !== sum) damaged(manifestName, 'does not match its own checksum');
  const system = written['System-Identifier'];
  return {
    files: new Map(
      (written.Files ?? []).map((file) => [
        file.Path ?? Buffer.from(file['Encoded-Path'] ?? '', 'hex').toString('utf8'),
        { bytes: file.Size ?? -1, sum: file.Checksum ?? '', algorithm: file['Checksum-Algorithm'] ?? 'NONE' },
      ]),
    ),
    ...(system === undefined ? {} : { system }),
    ranges: (written['WAL-Ranges'] ?? []).map((range) => ({
      timeline: range.Timeline,
      from: range['Start-LSN'],
      to: range['End-LSN'],
    })),
  };
}
