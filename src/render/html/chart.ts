import type { Bar } from '../../report/model.ts';
import { barScale, formatBar } from '../words.ts';
import { line } from './escape.ts';

/** Bars before and after a change as a table, the target as a mark; the figures stand beside them as text. */
export function chart(title: string, bars: readonly Bar[], unit: 'ms' | 'bytes' | 'rows'): string {
  const scale = barScale(bars);
  const percent = (bar: Bar, value: number): string =>
    Math.min(100, (value / scale.full(bar)) * 100).toFixed(1);
  const compares = bars.some((bar) => bar.before !== undefined);
  const targets = bars.some((bar) => bar.target !== undefined);
  const rows = bars.map((bar) => {
    const missed = bar.target !== undefined && bar.after > bar.target;
    const mark =
      bar.target === undefined ? '' : `<i class="mark" style="left:${percent(bar, bar.target)}%"></i>`;
    const before =
      bar.before === undefined ? '' : `<i class="bar before" style="width:${percent(bar, bar.before)}%"></i>`;
    const after = `<i class="bar after${missed ? ' over' : ''}" style="width:${percent(bar, bar.after)}%"></i>`;
    return `<tr><th scope="row">${line(bar.label)}</th><td class="plot" aria-hidden="true"><span>${before}${after}${mark}</span></td>${
      compares
        ? `<td class="num soft" data-label="Before">${bar.before === undefined ? '–' : formatBar(bar.before, unit)}</td>`
        : ''
    }<td class="num" data-label="${compares ? 'After' : 'Value'}">${formatBar(bar.after, unit)}${missed ? ' <span class="tag bad">missed</span>' : ''}</td>${
      targets
        ? `<td class="num soft" data-label="Target">${bar.target === undefined ? '–' : formatBar(bar.target, unit)}</td>`
        : ''
    }</tr>`;
  });
  return `<table class="bars"><caption class="quiet">${line(title)}</caption><thead><tr><th scope="col"><span class="quiet">Name</span></th><th scope="col" aria-hidden="true"></th>${
    compares ? '<th scope="col" class="num">Before</th>' : ''
  }<th scope="col" class="num">${compares ? 'After' : 'Value'}</th>${targets ? '<th scope="col" class="num">Target</th>' : ''}</tr></thead><tbody>${rows.join('')}</tbody></table>`;
}
