/** `dbd export`: changes in the form of another tool. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fail } from '../../base/error.ts';
import { plural } from '../../base/text.ts';
import type { Engine } from '../../engine/model.ts';
import { writers } from '../../formats/writing/writers.ts';
import type { Script, Writer, Written } from '../../formats/writing/model.ts';
import { sentenceText } from '../../formats/writing/sql.ts';
import { column, fact, report } from '../../report/build.ts';
import type { Finding, Report } from '../../report/model.ts';
import { readChanges } from '../../runner/folder.ts';
import type { StoredChange } from '../../runner/model.ts';
import { writeFolder } from '../files.ts';
import { scriptsOf } from './scripts.ts';

export interface ExportOptions {
  readonly engine: Engine;
  /** Name of a writer. */
  readonly to: string;
  /** Folders of changes or change folders, absolute, each with the text by which it is shown. */
  readonly changes: readonly { readonly path: string; readonly shown: string }[];
  readonly out: { readonly folder: string; readonly shown: string };
}

/** Writes changes as files of a tool. Throws `usage.missing-input`, `change.refused` naming what the tool cannot carry, `file.exists`, `file.unwritable`. */
export async function exportStory(options: ExportOptions): Promise<Report> {
  const started = performance.now();
  const { engine, out } = options;
  const writer = writers.find(({ name }) => name === options.to)!;
  const changes = await allChanges(options);
  const scripts = scriptsOf(engine, changes, writer);
  const written = exported(writer, scripts, repeated(changes));
  const taken = written.files.filter(({ path }) => existsSync(join(out.folder, path)));
  if (taken.length > 0)
    fail('file.exists', `${taken[0]!.path} is in ${out.shown} already; nothing was written.`, {
      hint: 'Give a new folder with --out, and take over from there what you want.',
    });
  await writeFolder(out.folder, written.files);
  const outside = scripts.filter(({ up }) => up.some(({ atomic }) => !atomic)).length;
  return report({
    command: 'export',
    title: `Changes for ${writer.title}`,
    headline: `${plural(changes.length, 'change')} written as ${plural(scripts.length, 'migration')} of ${writer.title} to ${out.shown}.`,
    started,
    verdict: 'proven',
    findings: [...written.notes, ...cutNote(scripts)].map((message): Finding => ({
      rule: 'other-tool',
      severity: 'info',
      place: writer.name,
      message,
    })),
    blocks: [
      {
        id: 'export',
        title: 'What was written',
        kind: 'facts',
        facts: [
          fact('migrations', String(scripts.length), 'measured'),
          fact('of them outside transactions', String(outside), 'measured'),
          fact('files', String(written.files.length), 'measured'),
        ],
      },
      {
        id: 'parts',
        title: 'Parts',
        kind: 'table',
        columns: [column('Change'), column('Migration'), column('Transaction'), column('Way back')],
        rows: scripts.map((script) => [
          script.shown,
          `${script.version}_${script.slug}`,
          script.up.every(({ atomic }) => atomic) ? 'one' : 'none',
          !writer.down ? 'not in this tool' : script.down.length > 0 ? 'written' : 'nothing to do',
        ]),
      },
    ],
    next: [{ command: `dbd lint ${out.shown}`, why: 'what the files lock, as the tool will run them' }],
    limits: ['The files were not run by the tool.'],
    output: {
      format: writer.name,
      files: written.files.map(({ path }) => join(out.shown, path)),
      migrations: scripts.map(({ version, slug, change }) => ({ version, name: slug, change })),
    },
  });
}

/** The files of scripts; throws `change.refused` with everything that the tool cannot carry. */
export function exported(writer: Writer, scripts: readonly Script[], more: readonly string[] = []): Written {
  const written = writer.write(scripts);
  const refused = [
    ...more,
    ...written.refused,
    ...scripts
      .filter((script) =>
        [...script.up, ...script.down].some(({ sentences }) =>
          sentences.some((sentence) => writer.marks?.test(sentenceText(sentence))),
        ),
      )
      .map(({ shown }) => `${shown}: a line of it would be a mark of ${writer.title}.`),
  ];
  if (refused.length > 0)
    fail(
      'change.refused',
      `${writer.title} cannot carry ${plural(refused.length, 'part')}; nothing was written.\n${refused.map((line) => `- ${line}`).join('\n')}`,
      { hint: 'Choose another tool with --to, or run these changes with `dbd migrate`.' },
    );
  return written;
}

function cutNote(scripts: readonly Script[]): readonly string[] {
  return scripts.some(({ cut }) => cut)
    ? [
        'Steps of several statements outside transactions are cut into migrations of one statement each. A concurrent index build that fails leaves an invalid index: drop it before the tool tries again.',
      ]
    : [];
}

/** Steps whose text does one batch only, and which dbd runs until no row is left. */
function repeated(changes: readonly StoredChange[]): readonly string[] {
  return changes.flatMap(({ id, up }) =>
    up.phases.flatMap(({ steps }) =>
      steps
        .filter(({ batched }) => batched)
        .map(
          (step) => `${id}, step ${step.id}: dbd repeats it until no row is left, and no other tool does.`,
        ),
    ),
  );
}

async function allChanges({ engine, changes }: ExportOptions): Promise<readonly StoredChange[]> {
  const found: StoredChange[] = [];
  for (const { path, shown } of changes) {
    const inside = await readChanges(engine, path);
    if (inside.length === 0)
      fail('usage.missing-input', `There is no change in ${shown}.`, {
        hint: 'Give a folder of change folders, or one of them.',
      });
    found.push(...inside);
  }
  const ordered = found.toSorted((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  for (const [at, { id, refusal }] of ordered.entries()) {
    if (refusal !== undefined) fail('change.refused', `The change ${id} is not ready: ${refusal}.`);
    if (ordered[at - 1]?.id === id)
      fail('usage.wrong-option', `Two changes are called \`${id}\`.`, { hint: 'Give each folder once.' });
  }
  return ordered;
}
