/** The one living comment of an issue: found by its mark, changed in place, never a second one. */
import { DbdError } from '../../../base/error.ts';
import type { PublishedPart } from '../../model.ts';
import { commentOf, pagesOfComments, type Comment } from '../issue.ts';
import { record, type Fields } from '../shapes.ts';
import { livingOf } from './mark.ts';
import type { LivingComment, Work } from './work.ts';

/** What is done to the comment, and the id it has then. */
export interface CommentPart {
  readonly would: PublishedPart;
  /** The comment that stands. */
  readonly standing?: Stands;
  readonly act?: () => Promise<Done>;
}

/** A comment by its id, and when it was written or changed, milliseconds. */
export interface Stands {
  readonly id: string;
  readonly at: number;
}

interface Done extends Stands {
  readonly did: PublishedPart;
}

/** Compares the comment that stands with the one that should. */
export function commentPart(work: Work): CommentPart {
  const { living, body, mark } = work;
  const standing = living.find(({ id }) => id === mark?.comment.id) ?? living[0];
  if (!standing) return { would: part('created', noteOf(work)), act: () => create(work) };
  const others = living.filter(({ id }) => id !== standing.id);
  const edited = standing.editor.accountId !== work.me.accountId;
  if (standing.hash === body.hash && !edited && others.length === 0)
    return { would: part('unchanged'), standing: standsAs(standing) };
  return {
    would: part('updated', edited ? `somebody else had edited it: ${shown(standing)}` : undefined),
    act: async () => {
      for (const other of others) await remove(work, other);
      return standing.hash === body.hash && !edited
        ? { did: part('updated', 'a second one of two runs at once was removed'), ...standsAs(standing) }
        : change(work, standing);
    },
  };
}

function part(did: PublishedPart['did'], note?: string): PublishedPart {
  return { what: 'comment', name: 'living comment', did, ...(note === undefined ? {} : { note }) };
}

function noteOf({ mark }: Work): string | undefined {
  return mark === undefined ? undefined : 'the earlier one is gone, or no longer ends with its mark';
}

function shown({ editor }: LivingComment): string {
  return editor.name.replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ').slice(0, 60) || 'unknown';
}

async function change(work: Work, standing: LivingComment): Promise<Done> {
  try {
    const now = await work.connection.write({
      path: `${work.path}/comment/${encodeURIComponent(standing.id)}`,
      what: `the comment of ${work.issue.key}`,
      how: { method: 'PUT', json: bodyOf(work) },
    });
    return { did: part('updated'), id: standing.id, at: commentOf(record(now)).updated };
  } catch (error) {
    // Deleted since it was read: as if it had never been.
    if (error instanceof DbdError && error.code === 'tracker.missing') return create(work);
    throw error;
  }
}

async function create(work: Work): Promise<Done> {
  const made = commentOf(
    record(
      await work.connection.write({
        path: `${work.path}/comment`,
        what: `a comment on ${work.issue.key}`,
        how: {
          method: 'POST',
          json: bodyOf(work),
          landed: async () => (await fieldsNow(work)).find((each) => hashIn(work, each) === work.body.hash),
        },
      }),
    ),
  );
  // Another run may have written at the same moment: the oldest stays, and who wrote a younger one takes it back.
  const [oldest] = await livingNow(work);
  if (!oldest || Number(oldest.id) >= Number(made.id))
    return { did: part('created', noteOf(work)), ...standsAs(made) };
  await remove(work, made);
  const stands = oldest.hash === work.body.hash ? standsAs(oldest) : await change(work, oldest);
  return { ...stands, did: part('updated', 'another run had written it at the same moment') };
}

function standsAs({ id, updated }: Comment): Stands {
  return { id, at: updated };
}

async function livingNow(work: Work): Promise<readonly LivingComment[]> {
  return livingOf((await fieldsNow(work)).map(commentOf), work.me);
}

function fieldsNow({ connection, issue }: Work): Promise<readonly Fields[]> {
  return pagesOfComments(connection, issue.key);
}

function hashIn({ me }: Work, fields: Fields): string | undefined {
  return livingOf([commentOf(fields)], me)[0]?.hash;
}

async function remove(work: Work, { id }: { readonly id: string }): Promise<void> {
  await work.connection.write({
    path: `${work.path}/comment/${encodeURIComponent(id)}`,
    what: `the comment of ${work.issue.key}`,
    how: { method: 'DELETE' },
  });
}

/** Customers of a service desk see comments that are not marked as internal. */
function bodyOf({ body, issue }: Work): object {
  return {
    body: body.value,
    ...(issue.serviceDesk ? { properties: [{ key: 'sd.public.comment', value: { internal: true } }] } : {}),
  };
}
