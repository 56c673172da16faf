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
      `${word(card.title, 't_')}${cards.slice(0, index).some((other) => word(other.title, 't_') === word(card.title, 't_')) ? `_${index}` : ''}`,
    ]),
  );
  const lines = ['erDiagram'];
  for (const card of cards) {
    lines.push(`  ${ids.get(card.key)}["${label(card.title)}${labels[card.mark]}"] {`);
    for (const row of card.rows) {
      const keys = [...(row.primary ? ['PK'] : []), ...(row.foreign ? ['FK'] : [])].join(', ');
      const name = word(row.name, '');
      const says = [
        ...(name === row.name ? [] : [label(row.name)]),
        ...((card.mark === row.mark && card.mark !== 'changed') || row.mark === 'same'
          ? []
          : [labels[row.mark].trim().slice(1, -1)]),
        ...(row.was === undefined ? [] : [`was ${label(row.was)}`]),
        ...(row.nullable ? ['may be null'] : []),
      ].join(', ');
      lines.push(
        `    ${[word(row.type, ''), name, keys, says === '' ? '' : `"${says}"`].filter((part) => part !== '').join(' ')}`,
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

/** A word that Mermaid takes as an identifier; whatever else stands in it becomes an underscore. */
function word(text: string, prefix: string): string {
  const plain = text
    .replaceAll(/[^A-Za-z0-9_()[\]]+/g, '_')
    .replaceAll(prefix === '' ? /$^/g : /[()[\]]/g, '_');
  return prefix === '' && !/^[A-Za-z]/.test(plain)
    ? `_${plain}`.replace(/^_+(?=[A-Za-z])/, '')
    : `${prefix}${plain}`;
}

/** Text inside double quotes. */
function label(text: string): string {
  return text.replaceAll('"', "'").replaceAll(/[\p{Cc}\\%`<>#;]/gu, ' ');
}
