/** The story of telling a task what became of it: the folder is checked, the target found, the difference shown, then made. */
import { fail } from '../../base/error.ts';
import { step } from '../../base/event.ts';
import { hash } from '../../base/hash.ts';
import { plural } from '../../base/text.ts';
import { column, report } from '../../report/build.ts';
import type { Block, Report } from '../../report/model.ts';
import { safeUrl } from '../../tracker/document.ts';
import type { Preview, Publication, PublishedPart, Settings } from '../../tracker/model.ts';
import { publisherFor, type Target } from '../../tracker/publish.ts';
import { deliveredIn } from './delivered.ts';

export interface PublishOptions {
  /** Absolute, and as it was written. */
  readonly folder: string;
  readonly shown: string;
  /** Where to publish; where the task was read from, when absent. */
  readonly to?: string;
  readonly state?: string;
  readonly link?: string;
  readonly settings: Settings;
  /** Throws where the caller may not publish to a reference that the report names. */
  allowed(reference: string): Promise<void>;
}

/** What is about to be told where. */
export interface Prepared extends Target {
  readonly reference: string;
  readonly publication: Publication;
  readonly preview: Preview;
  /** Changes with target, report, files, text, link and state. */
  readonly hash: string;
}

/** Looks at folder and target, and changes nothing; throws `file.*`, `report.invalid`, `publish.*`, `tracker.*`. */
export async function preparePublish(options: PublishOptions): Promise<Prepared> {
  const { folder, shown, settings, state, link } = options;
  const { publication: told, from } = await deliveredIn(folder, shown);
  const reference =
    options.to ??
    from ??
    fail('publish.target', `The report in ${shown} does not say which task it belongs to.`, {
      hint: 'Name the task with --to.',
    });
  if (options.to === undefined) await options.allowed(reference);
  const publication: Publication = {
    ...told,
    ...(link === undefined ? {} : { link: linkOf(link) }),
    ...(state === undefined ? {} : { state }),
  };
  const target = await publisherFor(reference, settings);
  const preview = await step(settings.emit, `look at ${reference}`, () =>
    target.publisher.preview(reference, settings, publication),
  );
  return {
    ...target,
    reference,
    publication,
    preview,
    hash: hash([
      target.tracker,
      preview.url ?? reference,
      publication.hash,
      preview.comment,
      link ?? null,
      state ?? null,
    ]),
  };
}

/** Shows what would be done. */
export function previewReport(prepared: Prepared, started: number): Report {
  const { preview, reference } = prepared;
  const open = preview.parts.filter(({ did }) => did === 'created' || did === 'updated').length;
  return report({
    command: 'publish',
    title: prepared.publication.report.title,
    started,
    verdict: 'proven',
    headline:
      open === 0
        ? `${reference} is up to date; nothing would be written.`
        : `${plural(open, 'thing')} would be written to ${reference}; nothing was.`,
    blocks: [
      partsBlock('What would be done', preview.parts),
      { id: 'comment', title: 'The comment', kind: 'code', language: 'markdown', text: preview.comment },
    ],
    output: outputOf(prepared, preview.parts, preview.url),
  });
}

/** Does it, and says what was done. */
export async function publishReport(
  prepared: Prepared,
  settings: Settings,
  started: number,
): Promise<Report> {
  const { publisher, reference, publication } = prepared;
  const published = await step(settings.emit, `publish to ${reference}`, () =>
    publisher.publish(reference, settings, publication),
  );
  const { parts, limits } = published;
  const wrote = parts.filter(({ did }) => did === 'created' || did === 'updated').length;
  const left = parts.filter(({ did }) => did === 'left-alone');
  return report({
    command: 'publish',
    title: publication.report.title,
    started,
    verdict: left.length > 0 ? 'conditions' : 'proven',
    headline: `${wrote === 0 ? `${reference} was up to date; nothing was written` : `${plural(wrote, 'thing')} written to ${reference}`}${
      left.length === 0 ? '.' : `; left alone: ${left.map(({ name }) => name).join(', ')}.`
    }`,
    blocks: [partsBlock('What was done', parts)],
    limits,
    output: outputOf(prepared, parts, published.url),
  });
}

function outputOf(
  { publication, tracker }: Prepared,
  parts: readonly PublishedPart[],
  url: string | undefined,
): Report['output'] {
  return { tracker, ...(url === undefined ? {} : { url }), publication: publication.hash, parts };
}

function partsBlock(title: string, parts: readonly PublishedPart[]): Block {
  return {
    id: 'parts',
    title,
    kind: 'table',
    columns: [column('What'), column('Name'), column('Outcome'), column('Note')],
    rows: parts.map(({ what, name, did, note }) => [
      what,
      name,
      {
        text: did.replace('-', ' '),
        tone: did === 'left-alone' ? 'bad' : did === 'unchanged' ? 'plain' : 'good',
      },
      note ?? '',
    ]),
  };
}

function linkOf(text: string): NonNullable<Publication['link']> {
  const url = safeUrl(text);
  if (url === undefined || !/^https?:/.test(url))
    return fail(
      'usage.wrong-option',
      '--link needs an address that begins with https:// and holds no password.',
    );
  return { url, title: titleOf(new URL(url)) };
}

/** `Pull request 12 of acme/shop`, as far as an address tells. */
function titleOf({ host, pathname }: URL): string {
  const [, repository, number] =
    /^\/(.+?)(?:\/-)?\/(?:pull|merge_requests|pull-requests)\/(\d+)/.exec(pathname) ?? [];
  return number === undefined ? `The change at ${host}` : `Pull request ${number} of ${repository}`;
}
