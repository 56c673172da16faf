/** Files at an issue: one of a name and content is attached once. */
import type { Publication, PublishedPart } from '../../model.ts';
import { attachmentsOf, type Attachment } from '../issue.ts';
import { record } from '../shapes.ts';
import { leftAlone } from './left-alone.ts';
import type { Part, Work } from './work.ts';

type File = Publication['files'][number];

/** Compares the files that are there with those that should be. */
export async function fileParts(work: Work): Promise<readonly Part[]> {
  const missing = work.publication.files.filter(
    (file) => ours(work, work.issue.attachments, file).length === 0,
  );
  const limit = missing.length === 0 ? undefined : await limitOf(work);
  return work.publication.files.map((file) => {
    if (!missing.includes(file)) return { would: part(file, 'unchanged') };
    if (limit !== undefined && file.bytes.length > limit)
      return {
        would: part(
          file,
          'left-alone',
          limit === 0
            ? 'attachments are switched off on this site'
            : `it has ${file.bytes.length} bytes; this site takes ${limit}`,
        ),
      };
    return {
      would: part(file, 'created'),
      act: () => leftAlone(part(file, 'left-alone'), () => attach(work, file)),
    };
  });
}

function part({ name }: File, did: PublishedPart['did'], note?: string): PublishedPart {
  return { what: 'file', name, did, ...(note === undefined ? {} : { note }) };
}

/** Files of this name and size that this account has attached, oldest first. */
function ours({ me }: Work, attachments: readonly Attachment[], file: File): readonly Attachment[] {
  return attachments
    .filter(
      ({ filename, size, author }) =>
        filename === file.name && size === file.bytes.length && author.accountId === me.accountId,
    )
    .toSorted((a, b) => Number(a.id) - Number(b.id));
}

async function attach(work: Work, file: File): Promise<PublishedPart> {
  const made = await work.connection.write({
    path: `${work.path}/attachments`,
    what: `the attachment ${file.name} of ${work.issue.key}`,
    how: {
      method: 'POST',
      file,
      landed: async () => ours(work, await attachmentsNow(work), file)[0],
    },
  });
  const [own] = Array.isArray(made) ? attachmentsOf({ attachment: made }) : [made as Attachment];
  const [oldest] = ours(work, await attachmentsNow(work), file);
  if (!own || !oldest || Number(oldest.id) >= Number(own.id)) return part(file, 'created');
  await work.connection.write({
    path: `attachment/${encodeURIComponent(own.id)}`,
    what: `the attachment ${file.name} of ${work.issue.key}`,
    how: { method: 'DELETE' },
  });
  return part(file, 'unchanged', 'another run had attached it at the same moment');
}

async function attachmentsNow({ connection, path, issue }: Work): Promise<readonly Attachment[]> {
  const answer = await connection.json(`${path}?fields=attachment`, `the attachments of ${issue.key}`);
  return attachmentsOf(record(record(answer)['fields']));
}

/** Largest attachment in bytes, 0 where there may be none; undefined when the site does not say. */
async function limitOf({ connection }: Work): Promise<number | undefined> {
  const meta = record(await connection.find('attachment/meta', 'the limits of attachments'));
  if (meta['enabled'] === false) return 0;
  return typeof meta['uploadLimit'] === 'number' ? meta['uploadLimit'] : undefined;
}
