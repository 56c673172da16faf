/** What is published, with names that tell one content from another. */
import { createHash } from 'node:crypto';
import type { Publication } from './model.ts';

/** The publication with files named by path and content: `up/01-expand.sql` becomes `up-01-expand-1a2b3c4d.sql`. */
export function named(publication: Publication): Publication {
  return {
    ...publication,
    files: publication.files.map((file) => ({ ...file, name: nameOf(file.name, file.bytes) })),
  };
}

function nameOf(path: string, bytes: Uint8Array): string {
  const flat = path.replaceAll(/[^\p{L}\p{N}._-]+/gu, '-').replaceAll(/^[-.]+/g, '') || 'file';
  const [, base = flat, ending = ''] = /^(.*?)(\.[A-Za-z0-9]{1,8})?$/.exec(flat) ?? [];
  return `${base.slice(0, 100)}-${createHash('sha256').update(bytes).digest('hex').slice(0, 8)}${ending}`;
}
