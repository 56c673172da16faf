import { headerOf, nameOf, sentenceText } from '../writing/sql.ts';
import type { Script, Writer } from '../writing/model.ts';

/** Drizzle: a file per transaction and the journal; the migrator runs all that is open in one transaction. */
export const drizzleWriter: Writer = {
  name: 'drizzle',
  title: 'Drizzle',
  marks: /-->\s*statement-breakpoint/,
  down: false,
  carries: () => true,
  write(scripts) {
    const entries = scripts.map((script, idx) => ({
      idx,
      version: '7',
      when: script.time,
      tag: nameOf(script),
      breakpoints: true,
    }));
    return {
      files: [
        {
          path: 'meta/_journal.json',
          text: `${JSON.stringify({ version: '7', dialect: 'postgresql', entries }, null, 2)}\n`,
        },
        ...scripts.map((script) => ({ path: `${nameOf(script)}.sql`, text: text(script) })),
      ],
      refused: scripts
        .filter(({ up }) => up.some(({ atomic }) => !atomic))
        .map(
          ({ shown }) =>
            `${shown}: Drizzle runs every migration in a transaction, and this must not be in one.`,
        ),
      notes: [
        ...(scripts.length > 1
          ? [
              `Drizzle runs all open migrations in one transaction: deploy these ${scripts.length} one at a time, or their locks are held together.`,
            ]
          : []),
        'Drizzle knows no way back; it stays with `dbd rollback`.',
        'No schema snapshots are written for `drizzle-kit generate`: bring the schema in code up to date by hand.',
      ],
    };
  },
};

function text(script: Script): string {
  const sentences = script.up.flatMap((piece) => piece.sentences.map(sentenceText));
  return `${headerOf(script)}\n${sentences.join('\n--> statement-breakpoint\n')}\n`;
}
