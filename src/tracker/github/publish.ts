/** Tells an issue what became of it: one comment that is kept up to date, and a label; the same a second time changes nothing. */
import { fail } from '../../base/error.ts';
import { plural } from '../../base/text.ts';
import { commentOf } from '../comment.ts';
import { idOf, record, text } from '../jira/shapes.ts';
import type { Publication, Published, PublishedPart, Publisher, Settings } from '../model.ts';
import { questionsOf } from '../questions.ts';
import { askedWith } from '../replies/asked.ts';
import { pathOf, readComments, readIssue, type Comment } from './issue.ts';
import { labelParts } from './labels.ts';
import { keepable, keptIn, livingOf, markedBody, stands, timed, type Kept } from './mark.ts';
import { markdownOf } from './markdown.ts';
import { accountOf } from './people.ts';
import type { Opened, Work } from './work.ts';
import { written } from './reference.ts';

/** The publisher of issues that `open` leads to. */
export function publisherOf(open: (reference: string, settings: Settings) => Opened): Publisher {
  return {
    preview: async (reference, settings, publication) => {
      const work = await look(open(reference, settings), publication);
      return {
        url: work.living[0]?.url || work.issue.url,
        comment: work.body,
        parts: [
          commentPart(work),
          ...labelParts(work).map(({ would }) => would),
          ...linkPart(work, commentPart(work).did),
        ],
      };
    },
    publish: async (reference, settings, publication): Promise<Published> => {
      const work = await look(open(reference, settings), publication);
      const comment = await putComment(work);
      const labels: PublishedPart[] = [];
      for (const { would, act } of labelParts(work)) labels.push(act ? await act() : would);
      return {
        url: comment.url || work.issue.url,
        parts: [comment.part, ...labels, ...linkPart(work, comment.part.did)],
        limits: work.limits,
      };
    },
  };
}

async function look(opened: Opened, publication: Publication): Promise<Work> {
  const { connection, reference } = opened;
  if (!connection.hasToken)
    fail('tracker.not-configured', `Nothing can be written to ${written(reference)} without a token.`, {
      hint: 'Set GITHUB_TOKEN, or the variable that `github.token` names; a fine-grained token needs Issues: write.',
    });
  const issue = await readIssue(connection, reference);
  const me = (await accountOf(connection, opened.env)) ?? unknownAccount(connection.host);
  const { comments, complete } = await readComments(connection, issue);
  if (!complete)
    fail('tracker.refused', `${written(issue)} has too many comments to find our own among them.`, {
      hint: 'Publish to another issue, and link it there.',
    });
  // What cannot be attached is not spoken of as if it were.
  const told = { ...publication, files: [] };
  const living = livingOf(comments, me);
  return {
    ...opened,
    issue,
    me,
    publication: told,
    body: bodyOf(told, living[0]),
    living,
    limits: notAttached(publication),
  };
}

/** The body as it should be: what stands, where it says the same already, else with the times of what was asked before. */
function bodyOf(publication: Publication, standing: Comment | undefined): string {
  const markdown = markdownOf(commentOf(publication, 'comments'));
  const asks: Kept = {
    questions: keepable(
      questionsOf(publication.report).map(({ label, text: says }) => ({ label, text: says })),
    ),
  };
  if (!standing) return markedBody(markdown, askedWith<Kept>([], asks));
  const before = keptIn(standing) ?? [];
  if (askedWith(before, asks) === before) {
    const same = markedBody(markdown, before);
    if (stands(standing, same)) return same;
  }
  return markedBody(markdown, askedWith<Kept>(timed(before, standing), asks));
}

function unknownAccount(host: string): never {
  return fail(
    'tracker.denied',
    `${host} does not say whose the token is, so our own comment cannot be told from others.`,
    { hint: 'Use a token of an account; tokens of apps work within GitHub Actions only.' },
  );
}

function commentPart({ living: [first, ...more], body, me }: Work): PublishedPart {
  const did =
    first === undefined ? 'created' : stands(first, body) && more.length === 0 ? 'unchanged' : 'updated';
  return {
    what: 'comment',
    name: `comment by ${me}`,
    did,
    ...(first === undefined ? {} : { note: first.url }),
  };
}

/** Writes the comment once: what stands is edited, and what another run has written meanwhile counts. */
async function putComment(work: Work): Promise<{ readonly part: PublishedPart; readonly url: string }> {
  const { connection, issue, me, body } = work;
  const part = commentPart(work);
  if (part.did === 'unchanged') return { part, url: work.living[0]!.url };
  const living = async (): Promise<readonly Comment[]> =>
    livingOf((await readComments(connection, issue)).comments, me);
  let url = work.living[0]?.url ?? '';
  if (work.living.length === 0) {
    const what = `the comment on ${written(issue)}`;
    const made = record(
      await connection.write({
        method: 'POST',
        path: `${pathOf(issue)}/comments`,
        what,
        json: { body },
        landed: async () => {
          const found = (await living()).find((one) => stands(one, body));
          return found && { id: found.id, html_url: found.url };
        },
      }),
    );
    if (idOf(made['id']) === '')
      fail('tracker.answer', `The answer of ${connection.host} about ${what} is not a comment.`);
    url = text(made['html_url']);
  }
  // Of two runs at once both may have written; the older comment stays, and each run that sees two makes one of them.
  const [first, ...more] = await living();
  if (first !== undefined) {
    if (!stands(first, body))
      await connection.write({
        method: 'PATCH',
        path: `repos/${issue.owner}/${issue.repo}/issues/comments/${first.id}`,
        what: `the comment on ${written(issue)}`,
        json: { body },
      });
    url = first.url || url;
  }
  for (const { id } of more)
    await connection.write({
      method: 'DELETE',
      path: `repos/${issue.owner}/${issue.repo}/issues/comments/${id}`,
      what: `a second comment on ${written(issue)}`,
    });
  return { part: { ...part, note: url }, url };
}

/** A link stands within the comment. */
function linkPart({ publication: { link } }: Work, did: PublishedPart['did']): readonly PublishedPart[] {
  return link === undefined ? [] : [{ what: 'link', name: link.title, did, note: 'in the comment' }];
}

function notAttached({ files }: Publication): readonly string[] {
  return files.length === 0
    ? []
    : [
        `GitHub takes no files over its interface: ${plural(files.length, 'file of the report stays', 'files of the report stay')} in the change folder; name the pull request with --link.`,
      ];
}
