/** The living comment of a task. */
import { code, heading, paragraph, sentence, type Document } from './document.ts';
import type { Publication } from './model.ts';

/** What a task is told: how it stands, its claims with their verdicts, where the change is, which files there are. */
export function commentOf({ report, files, link }: Publication): Document {
  return {
    blocks: [
      heading(3, report.title.slice(0, 200)),
      paragraph(...sentence(report.headline)),
      {
        kind: 'table',
        head: ['Requirement', 'Verdict'].map((text) => [{ kind: 'text', text }]),
        rows: report.claims
          .slice(0, 20)
          .map(({ id, says, verdict }) => [
            [code(id), { kind: 'text', text: ` ${says.slice(0, 120)}` }],
            [{ kind: 'text', text: verdict }],
          ]),
      },
      ...(link === undefined ? [] : [paragraph({ kind: 'link', text: link.title, url: link.url })]),
      ...(files.length === 0 ? [] : [paragraph(files.map(({ name }) => name).join(', '))]),
    ],
  };
}
