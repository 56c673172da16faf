/** Texts of Jira: documents of Jira Cloud, wiki markup of a Data Center. */
import type { JiraKind } from '../../config/model.ts';
import type { Document } from '../document.ts';
import { adfToMarkdown } from './adf/adf.ts';
import type { Converted } from './adf/model.ts';
import { adfOf } from './adf/write.ts';
import { wikiToMarkdown } from './wiki/read.ts';
import { wikiOf } from './wiki/write.ts';

/** A text as Markdown, whichever kind of Jira it comes from. */
export function markdownOf(value: unknown): Converted {
  return typeof value === 'string' ? wikiToMarkdown(value) : adfToMarkdown(value);
}

/** A document as this kind of Jira takes it. */
export function bodyFor(kind: JiraKind, document: Document): unknown {
  return kind === 'cloud' ? adfOf(document) : wikiOf(document);
}
