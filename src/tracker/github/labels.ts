/** States as labels: the one that is asked for is put on, the others of the configuration are taken off, and no other is touched. */
import type { PublishedPart } from '../model.ts';
import { pathOf } from './issue.ts';
import type { Work } from './work.ts';
import { written } from './reference.ts';

interface LabelPart {
  readonly would: PublishedPart;
  readonly act?: () => Promise<PublishedPart>;
}

/** What becomes of labels; nothing when no state is asked for. */
export function labelParts(work: Work): readonly LabelPart[] {
  const { publication, labels, issue, connection } = work;
  const { state } = publication;
  if (state === undefined) return [];
  const found = Object.entries(labels).find(([name]) => name.toLowerCase() === state.toLowerCase());
  if (!found)
    return [
      {
        would: {
          what: 'state',
          name: state,
          did: 'left-alone',
          note: 'no label stands for it: add it to `github.labels` in dbd.config.yaml',
        },
      },
    ];
  const [name, label] = found;
  const has = (one: string): boolean =>
    issue.labels.some((other) => other.toLowerCase() === one.toLowerCase());
  const off = Object.values(labels).filter((one) => one.toLowerCase() !== label.toLowerCase() && has(one));
  const did = has(label) && off.length === 0 ? 'unchanged' : 'updated';
  const would: PublishedPart = { what: 'state', name, did, note: `label ${label}` };
  if (did === 'unchanged') return [{ would }];
  const what = `the labels of ${written(issue)}`;
  return [
    {
      would,
      act: async () => {
        if (!has(label))
          await connection.write({
            method: 'POST',
            path: `${pathOf(issue)}/labels`,
            what,
            json: { labels: [label] },
          });
        for (const one of off)
          await connection.write({
            method: 'DELETE',
            path: `${pathOf(issue)}/labels/${encodeURIComponent(one)}`,
            what,
          });
        return would;
      },
    },
  ];
}
