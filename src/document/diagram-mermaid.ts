import type { Content, Link, Mark } from './diagram-content.ts';

const labels: Readonly<Record<Mark, string>> = {
  added: ' (new)',
  removed: ' (removed)',
  changed: ' (changed)',
  same: '',
};

/** The drawing as Mermaid text: entities get plain ids and show their real names as labels, so that no name can break the text. */
export function mermaid({ cards, links }: Content): string {
  const ids = new Map(
    cards.map((card, index) => [
      card.key,
      `${entity(card.title)}${cards.slice(0, index).some((other) => entity(other.title) === entity(card.title)) ? `_${index}` : ''}`,
    ]),
  );
  const lines = ['erDiagram'];
  for (const card of cards) {
    lines.push(`  ${ids.get(card.key)}["${label(card.title)}${labels[card.mark]}"] {`);
    for (const row of card.rows) {
      const keys = [...(row.primary ? ['PK'] : []), ...(row.foreign ? ['FK'] : [])].join(', ');
      const name = word(row.name);
      const says = [
        ...(name === row.name ? [] : [label(row.name)]),
        ...((card.mark === row.mark && card.mark !== 'changed') || row.mark === 'same'
          ? []
          : [labels[row.mark].trim().slice(1, -1)]),
        ...(row.was === undefined ? [] : [`was ${label(row.was)}`]),
        ...(row.nullable ? ['may be null'] : []),
      ].join(', ');
      lines.push(
        `    ${[typeWord(row.type), name, keys, says === '' ? '' : `"${says}"`].filter((part) => part !== '').join(' ')}`,
      );
    }
    lines.push('  }');
  }
  for (const link of links)
    lines.push(
      `  ${ids.get(link.to)} ${ends(link)} ${ids.get(link.from)} : "${label(link.columns.join(', '))}${labels[link.mark]}"`,
    );
  return `${lines.join('\n')}\n`;
}

function ends({ optional, single }: Link): string {
  return `${optional ? '|o' : '||'}--${single ? 'o|' : 'o{'}`;
}

/** The prefix keeps names apart from Mermaid's own words. */
const entity = (title: string): string => `t_${title.replaceAll(/[^A-Za-z0-9_]+/g, '_')}`;

/** A word that Mermaid takes as a name: letters, digits and underscores, a letter first. */
function word(text: string): string {
  const plain = text.replaceAll(/[^A-Za-z0-9_]+/g, '_');
  return /^[A-Za-z]/.test(plain) ? plain : `c_${plain.replace(/^_+/, '')}`;
}

/** A word that Mermaid takes as a type, which may hold brackets too. */
function typeWord(text: string): string {
  const plain = text.replaceAll(/[^A-Za-z0-9_()[\]]+/g, '_').replace(/^[^A-Za-z]+/, '');
  return plain === '' ? 'type' : plain;
}

/** Text inside double quotes; Mermaid cannot draw one without a visible letter. */
function label(text: string): string {
  const plain = text
    .replaceAll('"', "'")
    .replaceAll(/[\p{Cc}\\%`<>#;\s]+/gu, ' ')
    .trim();
  return plain === '' ? '(blank)' : plain;
}
