import type { Bar } from '../../report/model.ts';
import { barMaximum, formatBar } from '../words.ts';
import { line } from './escape.ts';

/** Bars before and after a change as a table, the target as a mark; the figures stand beside them as text. */
export function chart(title: string, bars: readonly Bar[], unit: 'ms' | 'bytes' | 'rows'): string {
  const scale = scaleOf(bars);
  const compares = bars.some((bar) => bar.before !== undefined);
  const targets = bars.some((bar) => bar.target !== undefined);
  const rows = bars.map((bar) => {
    const missed = bar.target !== undefined && bar.after > bar.target;
    const mark = bar.target === undefined ? '' : `<i class="mark" style="left:${scale.at(bar.target)}%"></i>`;
    const before = bar.before === undefined ? '' : `<i class="bar before" style="width:${scale.at(bar.before)}%"></i>`;
    const after = `<i class="bar after${missed ? ' over' : ''}" style="width:${scale.at(bar.after)}%"></i>`;
    return `<tr><th scope="row">${line(bar.label)}</th><td class="plot" aria-hidden="true"><span>${before}${after}${mark}</span></td>${
      compares ? `<td class="num soft" data-label="Before">${bar.before === undefined ? '–' : formatBar(bar.before, unit)}</td>` : ''
    }<td class="num" data-label="${compares ? 'After' : 'Value'}">${formatBar(bar.after, unit)}${missed ? ' <span class="tag bad">missed</span>' : ''}</td>${
      targets ? `<td class="num soft" data-label="Target">${bar.target === undefined ? '–' : formatBar(bar.target, unit)}</td>` : ''
    }</tr>`;
  });
  return `<table class="bars"><caption class="quiet">${line(title)}${scale.logarithmic ? ' (lengths on a logarithmic scale)' : ''}</caption><thead><tr><th scope="col"><span class="quiet">Name</span></th><th scope="col" aria-hidden="true"></th>${
    compares ? '<th scope="col" class="num">Before</th>' : ''
  }<th scope="col" class="num">${compares ? 'After' : 'Value'}</th>${targets ? '<th scope="col" class="num">Target</th>' : ''}</tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

/** Lengths in percent; logarithmic when the largest value is a hundred times the smallest, said beside the chart. */
function scaleOf(bars: readonly Bar[]): { readonly logarithmic: boolean; at(value: number): string } {
  const values = bars.flatMap((bar) => [bar.before, bar.after, bar.target]).filter((value): value is number => value !== undefined && value > 0);
  const least = Math.min(...values);
  const most = barMaximum(bars);
  const logarithmic = values.length > 1 && most / least >= 100;
  const base = Math.log10(least / 2);
  const share = (value: number): number => {
    if (value <= 0) return 0;
    return logarithmic ? (Math.log10(value) - base) / (Math.log10(most) - base) : value / most;
  };
  return { logarithmic, at: (value) => Math.max(0.4, Math.min(100, share(value) * 100)).toFixed(1) };
}
