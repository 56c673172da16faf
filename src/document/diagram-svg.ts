import type { Card, Content, Link, Mark, Row } from './diagram-content.ts';
import { layout, type Place } from './diagram-layout.ts';

const rowHeight = 24;
const headHeight = 34;
const foot = 10;
const margin = 24;
/** Straight part of a link beside a box, px. */
const stub = 19;
/** Advance of one character of the 12 px monospace face, the 13 px heading face and the small badge face, px. */
const advance = { row: 7.25, head: 7.9, badge: 6.2 } as const;
const longest = { name: 34, type: 30, title: 40 } as const;

const words: Readonly<Record<Mark, string>> = {
  added: 'new',
  removed: 'removed',
  changed: 'changed',
  same: '',
};
const signs: Readonly<Record<Mark, string>> = { added: '+', removed: '−', changed: '~', same: '' };

/** Colours can be overridden from outside by the variables; without them they follow the reader's light or dark preference. */
const style = `
.dbd-diagram{--ink:var(--diagram-ink,#1c2430);--soft:var(--diagram-soft,#667085);--line:var(--diagram-line,#98a2b3);--card:var(--diagram-card,#ffffff);--edge:var(--diagram-edge,#d0d5dd);--head:var(--diagram-head,#f2f4f7);--added:var(--diagram-added,#067647);--added-back:var(--diagram-added-back,#dcfae6);--changed:var(--diagram-changed,#93540a);--changed-back:var(--diagram-changed-back,#fef0c7);--removed:var(--diagram-removed,#b42318);--removed-back:var(--diagram-removed-back,#fee4e2);max-width:100%;height:auto}
@media (prefers-color-scheme:dark){.dbd-diagram{--ink:var(--diagram-ink,#e6e9ef);--soft:var(--diagram-soft,#98a2b3);--line:var(--diagram-line,#667085);--card:var(--diagram-card,#161b26);--edge:var(--diagram-edge,#333a49);--head:var(--diagram-head,#1f2634);--added:var(--diagram-added,#75e0a7);--added-back:var(--diagram-added-back,#0b3d2a);--changed:var(--diagram-changed,#fec84b);--changed-back:var(--diagram-changed-back,#4a3209);--removed:var(--diagram-removed,#fda29b);--removed-back:var(--diagram-removed-back,#55160c)}}
.dbd-diagram text{font:12px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:var(--ink);white-space:pre}
.dbd-diagram .title{font:600 13px system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
.dbd-diagram .small{font:11px system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;fill:var(--soft)}
.dbd-diagram .badge{font:600 10.5px system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
.dbd-diagram .type,.dbd-diagram .key{fill:var(--soft)}.dbd-diagram .key{font-size:9.5px;font-weight:600}
.dbd-diagram .card{fill:var(--card);stroke:var(--edge)}.dbd-diagram .head{fill:var(--head)}.dbd-diagram .rule{stroke:var(--edge)}
.dbd-diagram .link{fill:none;stroke:var(--line);stroke-width:1.5}.dbd-diagram .hole{fill:var(--card)}
.dbd-diagram .added .card{stroke:var(--added)}.dbd-diagram .added>.head,.dbd-diagram .row.added rect{fill:var(--added-back)}
.dbd-diagram .changed .card{stroke:var(--changed)}.dbd-diagram .changed>.head,.dbd-diagram .row.changed rect{fill:var(--changed-back)}
.dbd-diagram .removed .card{stroke:var(--removed);stroke-dasharray:5 4}.dbd-diagram .removed>.head,.dbd-diagram .row.removed rect{fill:var(--removed-back)}
.dbd-diagram .row.removed .name,.dbd-diagram .removed .title{text-decoration:line-through}
.dbd-diagram .badge.added,.dbd-diagram .sign.added{fill:var(--added)}.dbd-diagram .badge.changed,.dbd-diagram .sign.changed{fill:var(--changed)}.dbd-diagram .badge.removed,.dbd-diagram .sign.removed{fill:var(--removed)}
.dbd-diagram .link.added{stroke:var(--added)}.dbd-diagram .link.removed{stroke:var(--removed);stroke-dasharray:5 4}
`.trim();

/** The drawing as one self-contained SVG element without scripts, ids or outside references. */
export function svg(content: Content): string {
  const boxes = content.cards.map((card) => ({
    key: card.key,
    width: widthOf(card),
    height: heightOf(card),
  }));
  const placed = layout(boxes, content.links);
  const widths = new Map(boxes.map((box) => [box.key, box.width]));
  const legend = [
    ...new Set(
      content.cards
        .map((card) => card.mark)
        .concat(content.cards.flatMap((card) => card.rows.map((row) => row.mark))),
    ),
  ].filter((mark) => mark !== 'same');
  const legendWidth = 300 + legend.length * 90;
  const loops = content.links.some((link) => link.from === link.to) ? 28 : 0;
  const width = Math.ceil(Math.max(placed.width + loops, legendWidth, 240) + margin * 2);
  const height = Math.ceil(placed.height + margin * 2 + 34);
  const cards = new Map(content.cards.map((card) => [card.key, card]));
  const links = content.links.map((link, index) => {
    const [from, to] = [cards.get(link.from)!, cards.get(link.to)!];
    return linkSvg(
      link,
      { card: from, place: placed.places.get(link.from)!, width: widths.get(link.from)! },
      { card: to, place: placed.places.get(link.to)!, width: widths.get(link.to)! },
      placed.passes[index] ?? [],
    );
  });
  const left =
    content.left > 0
      ? `<text class="small" x="${width - margin}" y="${height - 18}" text-anchor="end">${content.left} more not drawn</text>`
      : '';
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="dbd-diagram" role="img" aria-label="${escape(summary(content))}" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<style>${style}</style>`,
    `<g transform="translate(${margin} ${margin})">`,
    ...links,
    ...content.cards.map((card) => cardSvg(card, placed.places.get(card.key)!, widths.get(card.key)!)),
    '</g>',
    legendSvg(legend, height - 18),
    left,
    '</svg>',
  ].join('\n');
}

function summary({ cards }: Content): string {
  const each = (mark: Mark): string =>
    cards
      .filter((card) => card.mark === mark)
      .map((card) => card.title)
      .join(', ');
  const parts = (['added', 'changed', 'removed'] as const).flatMap((mark) =>
    each(mark) === '' ? [] : [`${words[mark]}: ${each(mark)}`],
  );
  return `Tables${parts.length > 0 ? `, ${parts.join('; ')}` : ''}${each('same') === '' ? '' : `; unchanged: ${each('same')}`}`;
}

function widthOf(card: Card): number {
  const names = Math.max(0, ...card.rows.map((row) => columnsOf(cut(row.name, longest.name))));
  const types = Math.max(0, ...card.rows.map((row) => columnsOf(typeText(row))));
  const head =
    columnsOf(cut(card.title, longest.title)) * advance.head +
    (card.mark === 'same' ? 0 : words[card.mark].length * advance.badge + 20);
  const notes = columnsOf(notesText(card)) * 6.2;
  return Math.ceil(Math.max(150, head + 28, 60 + (names + 3 + types) * advance.row, notes + 28));
}

function heightOf(card: Card): number {
  return headHeight + card.rows.length * rowHeight + (notesText(card) === '' ? 0 : rowHeight) + foot;
}

function notesText(card: Card): string {
  return [
    ...(card.hidden > 0 ? [`${card.hidden} more ${card.hidden === 1 ? 'column' : 'columns'}`] : []),
    ...card.notes,
  ].join(' · ');
}

function typeText(row: Row): string {
  const type = row.was === undefined ? row.type : `${row.was} → ${row.type}`;
  return `${cut(type, longest.type)}${row.nullable ? '?' : ' '}`;
}

function cardSvg(card: Card, { x, y }: Place, width: number): string {
  const height = heightOf(card);
  const badge =
    card.mark === 'same'
      ? ''
      : `<text class="badge ${card.mark}" x="${width - 14}" y="21.5" text-anchor="end">${words[card.mark]}</text>`;
  const notes = notesText(card);
  return [
    `<g class="${card.mark}" transform="translate(${x} ${y})">`,
    `<rect class="card" width="${width}" height="${height}" rx="8"/>`,
    `<path class="head" d="M.5 ${headHeight}V8A7.5 7.5 0 0 1 8 .5H${width - 8}A7.5 7.5 0 0 1 ${width - 0.5} 8V${headHeight}z"/>`,
    `<path class="rule" d="M0 ${headHeight}H${width}"/>`,
    `<text class="title" x="14" y="22">${full(card.title, longest.title)}</text>${badge}`,
    ...card.rows.map((row, index) => rowSvg(row, headHeight + index * rowHeight + 4, width, card.mark)),
    notes === ''
      ? ''
      : `<text class="small" x="14" y="${headHeight + card.rows.length * rowHeight + 20}">${escape(notes)}</text>`,
    '</g>',
  ].join('');
}

function rowSvg(row: Row, y: number, width: number, card: Mark): string {
  // A table that is new or gone as a whole says so in its heading; its rows stay calm.
  const mark = row.mark === card && card !== 'changed' ? 'same' : row.mark;
  const key = [...(row.primary ? ['PK'] : []), ...(row.foreign ? ['FK'] : [])].join(' ');
  return [
    `<g class="row ${mark === 'same' ? '' : mark}" transform="translate(0 ${y})">`,
    mark === 'same'
      ? ''
      : `<rect x="1" y="0" width="${width - 2}" height="${rowHeight}"/><text class="sign ${mark}" x="4.5" y="16">${signs[mark]}</text>`,
    key === '' ? '' : `<text class="key" x="14" y="15.5">${key}</text>`,
    `<text class="name" x="50" y="16">${full(row.name, longest.name)}</text>`,
    `<text class="type" x="${width - 12}" y="16" text-anchor="end">${full(typeText(row), longest.type + 1)}</text>`,
    '</g>',
  ].join('');
}

interface End {
  readonly card: Card;
  readonly place: Place;
  readonly width: number;
}

function linkSvg(
  link: Link,
  from: End,
  to: End,
  passes: readonly { readonly x: number; readonly width: number; readonly y: number }[],
): string {
  const start = {
    y: anchor(to, link.targets),
    right: to.place.rank < from.place.rank || link.from === link.to,
  };
  const end = {
    y: anchor(from, link.columns),
    right: to.place.rank > from.place.rank || link.from === link.to,
  };
  const x1 = to.place.x + (start.right ? to.width : 0);
  const x2 = from.place.x + (end.right ? from.width : 0);
  const path =
    link.from === link.to
      ? `M${x1} ${start.y}H${x1 + stub}C${x1 + 52} ${start.y} ${x2 + 52} ${end.y} ${x2 + stub} ${end.y}H${x2}`
      : through(x1, start.y, x2, end.y, passes);
  const says = `${link.from} (${link.columns.join(', ')}) references ${link.to} (${link.targets.join(', ')})`;
  return `<g><title>${escape(says)}</title><path class="link ${link.mark}" d="${path}"/>${oneEnd(x1, start.y, start.right ? 1 : -1, link)}${manyEnd(x2, end.y, end.right ? 1 : -1, link)}</g>`;
}

/** A smooth way over the lanes it passes; both ends leave their boxes straight, so that their marks stand upright. */
function through(
  x1: number,
  y1: number,
  x2: number,
  y2: number,
  passes: readonly { readonly x: number; readonly width: number; readonly y: number }[],
): string {
  const side = x2 > x1 ? 1 : -1;
  let path = `M${x1} ${y1}H${x1 + side * stub}`;
  let [x, y] = [x1 + side * stub, y1];
  const curve = (toX: number, toY: number): void => {
    const half = (toX - x) / 2;
    path += `C${x + half} ${y} ${toX - half} ${toY} ${toX} ${toY}`;
    [x, y] = [toX, toY];
  };
  for (const pass of passes) {
    curve(side > 0 ? pass.x : pass.x + pass.width, pass.y);
    x = side > 0 ? pass.x + pass.width : pass.x;
    path += `H${x}`;
  }
  curve(x2 - side * stub, y2);
  return `${path}H${x2}`;
}

/** Height of the row a link begins at; the heading when the row is not drawn. */
function anchor({ card, place }: End, columns: readonly string[]): number {
  const row = card.rows.findIndex(({ name }) => name === columns[0]);
  return place.y + (row < 0 ? headHeight / 2 : headHeight + row * rowHeight + rowHeight / 2 + 4);
}

/** Exactly one: two bars; none or one: a bar and a ring. */
function oneEnd(x: number, y: number, side: 1 | -1, link: Link): string {
  const bar = (distance: number): string =>
    `<path class="link ${link.mark}" d="M${x + side * distance} ${y - 5}v10"/>`;
  return link.optional
    ? `${bar(7)}<circle class="link hole ${link.mark}" cx="${x + side * 14}" cy="${y}" r="3.5"/>`
    : `${bar(7)}${bar(11)}`;
}

/** Any number: a crow's foot and a ring; at most one: a bar and a ring. */
function manyEnd(x: number, y: number, side: 1 | -1, link: Link): string {
  const ring = `<circle class="link hole ${link.mark}" cx="${x + side * 15}" cy="${y}" r="3.5"/>`;
  const shape = link.single
    ? `M${x + side * 8} ${y - 5}v10`
    : `M${x + side * 11} ${y}L${x} ${y - 5.5}M${x + side * 11} ${y}L${x} ${y + 5.5}`;
  return `<path class="link ${link.mark}" d="${shape}"/>${ring}`;
}

function legendSvg(marks: readonly Mark[], y: number): string {
  const parts = ['PK primary key', 'FK foreign key', '? may be null'];
  let x = margin;
  const drawn = marks.map((mark) => {
    const text = `<text class="badge ${mark}" x="${x}" y="${y}">${signs[mark]} ${words[mark]}</text>`;
    x += words[mark].length * advance.badge + 34;
    return text;
  });
  return `${drawn.join('')}<text class="small" x="${x}" y="${y}">${parts.join('  ·  ')}</text>`;
}

/** A text cut to a length, with the whole of it in a tooltip. */
function full(text: string, most: number): string {
  const short = cut(text, most);
  return short === text ? escape(text) : `${escape(short)}<title>${escape(text)}</title>`;
}

function cut(text: string, most: number): string {
  const letters = Array.from(text);
  return letters.length > most ? `${letters.slice(0, most - 1).join('')}…` : text;
}

/** Columns a text takes in a monospace face; East Asian letters and pictures take two. */
function columnsOf(text: string): number {
  return Array.from(text).reduce(
    (sum, letter) =>
      sum +
      (/[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Extended_Pictographic}/u.test(
        letter,
      )
        ? 2
        : 1),
    0,
  );
}

/** Text as XML may hold it: five characters as entities, forbidden ones as a visible mark. */
function escape(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text
    .replaceAll(/[&<>"']/g, (letter) => entities[letter]!)
    .replaceAll(/[\p{Cc}\p{Cs}\ufffe\uffff]/gu, '␀');
}
