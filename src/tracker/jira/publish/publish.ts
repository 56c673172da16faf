/** Tells an issue what became of it: one comment, files, a link, a state; the same a second time changes nothing. */
import type { Publication, Published, PublishedPart, Publisher, Settings } from '../../model.ts';
import { commentOf } from '../../comment.ts';
import { named } from '../../publication.ts';
import { questionsOf } from '../../questions.ts';
import { askedWith } from '../../replies/asked.ts';
import { adfToMarkdown } from '../adf/adf.ts';
import { adfOf } from '../adf/write.ts';
import type { Connection } from '../connection.ts';
import { readIssue } from '../issue.ts';
import { personOf } from '../shapes.ts';
import { commentPart, type Stands } from './comment.ts';
import { fileParts } from './files.ts';
import { leftAlone } from './left-alone.ts';
import { linkParts } from './link.ts';
import { livingOf, markedBody, markOf, propertyKey, propertyOf, sameMark } from './mark.ts';
import type { Mark, Work } from './work.ts';
import { stateParts } from './state.ts';

/** Where an issue is, for whoever asks. */
export type Opened = (
  reference: string,
  settings: Settings,
) => { readonly connection: Connection; readonly key: string; readonly mayFinish: boolean };

/** The publisher of issues that `open` leads to. */
export function publisherOf(open: Opened): Publisher {
  return {
    preview: async (reference, settings, publication) => {
      const work = await look(open(reference, settings), publication);
      const state = await stateParts(work);
      const parts = [...(await fileParts(work)), commentPart(work), ...(await linkParts(work)), ...state];
      return {
        url: urlOf(work),
        comment: adfToMarkdown(adfOf(commentOf(work.publication, 'comments'))).markdown,
        parts: parts.map(({ would }) => would),
      };
    },
    publish: async (reference, settings, publication): Promise<Published> => {
      const work = await look(open(reference, settings), publication);
      const did: PublishedPart[] = [];
      for (const { would, act } of await fileParts(work)) did.push(act ? await act() : would);
      const { would, act, standing } = commentPart(work);
      const comment = act ? await act() : { did: would, ...standing! };
      did.push(comment.did);
      for (const { would, act } of await linkParts(work)) did.push(act ? await act() : would);
      for (const { would, act } of await stateParts(work)) did.push(act ? await act() : would);
      did.push(...(await leaveMark(work, comment, did)));
      return { url: urlOf(work), parts: did, limits: [] };
    },
  };
}

async function look(
  { connection, key, mayFinish }: ReturnType<Opened>,
  publication: Publication,
): Promise<Work> {
  const issue = await readIssue(connection, key);
  const path = `issue/${encodeURIComponent(issue.key)}`;
  const me = personOf(await connection.json('myself', 'the account of the token'));
  const mark = markOf(
    await connection.find(`${path}/properties/${propertyKey}`, `the mark of dbd on ${issue.key}`),
  );
  const kind = await connection.kind();
  const renamed = named(publication);
  return {
    connection,
    kind,
    path,
    issue,
    me,
    ...(mark === undefined ? {} : { mark }),
    publication: renamed,
    body: markedBody(commentOf(renamed, 'comments'), kind),
    living: livingOf(issue.comments, me),
    mayFinish,
  };
}

function urlOf({ connection, issue }: Work): string {
  return `${connection.site}/browse/${issue.key}`;
}

/** Leaves what the next run needs to know; nothing where it knows it already. */
async function leaveMark(
  work: Work,
  comment: Stands,
  did: readonly PublishedPart[],
): Promise<readonly PublishedPart[]> {
  const { publication, body, connection, path, issue } = work;
  const same = work.mark?.publication === publication.hash ? work.mark.state : undefined;
  const moved = did.find(({ what }) => what === 'state');
  const state =
    moved === undefined || publication.state === undefined
      ? same
      : { name: publication.state, reached: moved.did !== 'left-alone' };
  const mark: Mark = {
    publication: publication.hash,
    comment: { id: comment.id, hash: body.hash },
    files: publication.files.map(({ name }) => name),
    asked: askedWith(work.mark?.asked ?? [], {
      at: comment.at,
      questions: questionsOf(publication.report).map(({ label, text }) => ({ label, text })),
    }),
    ...(state === undefined ? {} : { state }),
  };
  if (sameMark(work.mark, mark)) return [];
  const told: PublishedPart = {
    what: 'mark',
    name: `property ${propertyKey}`,
    did: work.mark === undefined ? 'created' : 'updated',
  };
  return [
    await leftAlone(told, async () => {
      await connection.write({
        path: `${path}/properties/${propertyKey}`,
        what: `the mark of dbd on ${issue.key}`,
        how: { method: 'PUT', json: propertyOf(mark) },
      });
      return told;
    }),
  ];
}
