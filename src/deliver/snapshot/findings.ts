/** What somebody should know before a snapshot leaves the house. */
import { plural } from '../../base/text.ts';
import type { Finding } from '../../report/model.ts';
import { fewRows } from '../../snapshot/mask/carried.ts';
import type { InsideColumn } from '../../snapshot/mask/inside.ts';
import { rowsWord } from './words.ts';

/** Columns that one finding names. */
const namedColumns = 12;

/** Real values in columns that look private. */
export function privateFindings(priv: readonly InsideColumn[]): readonly Finding[] {
  if (priv.length === 0) return [];
  const names = priv.slice(0, namedColumns).map((one) => `${one.relation}.${one.column}`);
  return [
    {
      rule: 'private-values-inside',
      severity: 'warning',
      place: names[0]!,
      message: `${plural(priv.length, 'column')} that look${priv.length === 1 ? 's' : ''} private hold${priv.length === 1 ? 's' : ''} real values: ${names.join(', ')}${priv.length > namedColumns ? ' …' : ''}.`,
      why: 'Common values and histograms are taken from rows; whoever has the file has these values.',
      instead: 'Take it with `--mask auto`, or treat the file as you treat the rows.',
    },
  ];
}

/** Common values that so few rows have that they may lead to a person. */
export function rareFindings(inside: readonly InsideColumn[]): readonly Finding[] {
  const rare = inside.filter((one) => one.state === 'real' && one.class === undefined && one.rare > 0);
  if (rare.length === 0) return [];
  const count = rare.reduce((sum, one) => sum + one.rare, 0);
  return [
    {
      rule: 'rare-values-inside',
      severity: 'warning',
      place: `${rare[0]!.relation}.${rare[0]!.column}`,
      message: `${plural(count, 'common value')} of ${plural(rare.length, 'other column')} ${count === 1 ? 'belongs' : 'belong'} to fewer than ${rowsWord(fewRows)} each.`,
      why: 'A value that few rows have may lead to a person. Bounds of histograms and ends of indexes are values of single rows in any case.',
      instead: `Name the columns: --mask ${rare
        .slice(0, 3)
        .map((one) => `${one.relation}.${one.column}`)
        .join(',')}`,
    },
  ];
}
