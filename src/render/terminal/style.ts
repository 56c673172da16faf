/** What the surface can show. */
export interface Surface {
  readonly width: number;
  readonly color: boolean;
  readonly unicode: boolean;
}

type Brush = (text: string) => string;

/** Brushes by meaning; meaning is never carried by colour alone. */
export interface Paint {
  readonly strong: Brush;
  readonly faint: Brush;
  readonly good: Brush;
  readonly bad: Brush;
  readonly warn: Brush;
  readonly accent: Brush;
  readonly glyph: Glyphs;
}

interface Glyphs {
  readonly yes: string;
  readonly no: string;
  readonly open: string;
  readonly waived: string;
  readonly warn: string;
  readonly dot: string;
  readonly bar: string;
  readonly arrow: string;
  readonly line: string;
  readonly full: string;
  readonly mark: string;
  readonly rest: string;
}

const unicodeGlyphs: Glyphs = {
  yes: '✓',
  no: '✗',
  open: '○',
  waived: '–',
  warn: '!',
  dot: '·',
  bar: '│',
  arrow: '→',
  line: '─',
  full: '█',
  mark: '┃',
  rest: '…',
};
const asciiGlyphs: Glyphs = {
  yes: '+',
  no: 'x',
  open: 'o',
  waived: '-',
  warn: '!',
  dot: '-',
  bar: '|',
  arrow: '->',
  line: '-',
  full: '#',
  mark: '|',
  rest: '...',
};

/** The brushes and glyphs of a surface. */
export function style(surface: Pick<Surface, 'color' | 'unicode'>): Paint {
  const brush = (on: number, off: number): Brush =>
    surface.color ? (text) => `\u001B[${on}m${text}\u001B[${off}m` : (text) => text;
  return {
    strong: brush(1, 22),
    faint: brush(2, 22),
    good: brush(32, 39),
    bad: brush(31, 39),
    warn: brush(33, 39),
    accent: brush(36, 39),
    glyph: surface.unicode ? unicodeGlyphs : asciiGlyphs,
  };
}
