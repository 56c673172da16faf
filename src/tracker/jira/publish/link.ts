/** The link from an issue to where the change is reviewed: one, known by its global id. */
import type { PublishedPart } from '../../model.ts';
import { record, text, type Fields } from '../shapes.ts';
import { leftAlone } from './left-alone.ts';
import type { Part, Work } from './work.ts';

/** Compares the link that stands with the one that should; nothing where none is published. */
export async function linkParts(work: Work): Promise<readonly Part[]> {
  const { link } = work.publication;
  if (!link) return [];
  const wanted = { url: link.url, title: link.title.slice(0, 255) };
  const standing = record((await find(work))?.['object']);
  const known = text(standing['url']) !== '';
  if (standing['url'] === wanted.url && standing['title'] === wanted.title)
    return [{ would: part(wanted.url, 'unchanged') }];
  const did = part(wanted.url, known ? 'updated' : 'created');
  return [
    {
      would: did,
      act: () =>
        leftAlone(did, async () => {
          await work.connection.write({
            path: `${work.path}/remotelink`,
            what: `a link from ${work.issue.key}`,
            how: {
              method: 'POST',
              json: {
                globalId: globalIdOf(work),
                application: { type: 'dev.database-developer', name: 'dbd' },
                relationship: 'is changed by',
                object: wanted,
              },
              landed: async () => {
                const found = await find(work);
                return record(found?.['object'])['url'] === wanted.url ? found : undefined;
              },
            },
          });
          return did;
        }),
    },
  ];
}

/** One link of an issue, wherever its change is reviewed: a new address takes the place of the old one. */
function globalIdOf({ issue }: Work): string {
  return `system=database-developer&issue=${issue.id}`;
}

async function find(work: Work): Promise<Fields | undefined> {
  const query = new URLSearchParams({ globalId: globalIdOf(work) });
  const answer = await work.connection.find(
    `${work.path}/remotelink?${query.toString()}`,
    `the links of ${work.issue.key}`,
  );
  return answer === undefined ? undefined : record(Array.isArray(answer) ? answer[0] : answer);
}

function part(name: string, did: PublishedPart['did']): PublishedPart {
  return { what: 'link', name, did };
}
