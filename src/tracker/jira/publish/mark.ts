/** What a run leaves for the next one: a property of the issue, and a line at the end of the living comment for when the property is lost. */
import { canonicalJson, hash } from '../../../base/hash.ts';
import type { JiraKind } from '../../../config/model.ts';
import { code, paragraph, type Document } from '../../document.ts';
import { mostAsked } from '../../replies/asked.ts';
import { bodyFor } from '../rich.ts';
import { list, record, text, type Person } from '../shapes.ts';
import type { Comment } from '../issue.ts';
import type { LivingComment, Mark, Work } from './work.ts';

/** Name of the property. */
export const propertyKey = 'dbd';
/** Largest value of a property, characters. */
const mostCharacters = 32_768;
const word = 'dbd-publication';
const markLine = new RegExp(`${word} ([0-9a-f]{16})\\}*\\s*$`);

/** The body of the living comment, with the line by which it is found again. */
export function markedBody(document: Document, kind: JiraKind): Work['body'] {
  const short = hash([kind, document]).slice(0, 16);
  const line = paragraph('Kept up to date by dbd: ', code(`${word} ${short}`));
  return { value: bodyFor(kind, { blocks: [...document.blocks, line] }), hash: short };
}

/** Our own comments that end with the line, oldest first; a comment of any other account is never one of them, whatever it says. */
export function livingOf(comments: readonly Comment[], me: Person): readonly LivingComment[] {
  return comments
    .filter(({ author }) => me.accountId !== '' && author.accountId === me.accountId)
    .flatMap((comment) => {
      const found = markLine.exec(lastLine(comment.body));
      return found ? [{ ...comment, hash: found[1]! }] : [];
    })
    .toSorted((a, b) => Number(a.id) - Number(b.id));
}

/** Whether a comment ends with the line, whoever wrote it. */
export function isMarked(body: unknown): boolean {
  return markLine.test(lastLine(body));
}

function lastLine(body: unknown): string {
  if (typeof body === 'string') return body.trimEnd().split('\n').at(-1) ?? '';
  const last = list(record(body)['content']).at(-1);
  return list(last?.['content'])
    .map((node) => text(node['text']))
    .join('');
}

/** The mark of a property's value; undefined when it is none of ours, or was written by somebody who knew no better. */
export function markOf(value: unknown): Mark | undefined {
  const found = record(record(value)['value']);
  const comment = record(found['comment']);
  const state = record(found['state']);
  if (found['dbd'] !== 1 || text(found['publication']) === '' || text(comment['id']) === '') return undefined;
  const files = Array.isArray(found['files']) ? (found['files'] as readonly unknown[]) : [];
  return {
    publication: text(found['publication']),
    comment: { id: text(comment['id']), hash: text(comment['hash']) },
    files: files.map(text).filter((name) => name !== ''),
    asked: list(found['asked']).map(({ at, questions }) => ({
      at: Number(at) || 0,
      questions: list(questions).map((each) => ({ label: text(each['label']), text: text(each['text']) })),
    })),
    ...(text(state['name']) === ''
      ? {}
      : { state: { name: text(state['name']), reached: state['reached'] === true } }),
  };
}

/** The value of the property; what is too long is cut: names of files, then what was asked longest ago. */
export function propertyOf(mark: Mark): object {
  let { files } = mark;
  let asked = mark.asked.slice(-mostAsked);
  const value = (): object => ({ dbd: 1, ...mark, files, asked });
  while (JSON.stringify(value()).length > mostCharacters && files.length + asked.length > 0) {
    if (files.length > 0) files = files.slice(0, Math.floor(files.length / 2));
    else asked = asked.slice(1);
  }
  return value();
}

/** Whether two marks say the same. */
export function sameMark(a: Mark | undefined, b: Mark): boolean {
  return a !== undefined && canonicalJson(propertyOf(a)) === canonicalJson(propertyOf(b));
}
