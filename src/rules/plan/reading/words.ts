/** Figures and parts of a plan as people read them. */
import { printPart } from '../../../catalog/identity.ts';

/** A count in full: `12,480`. */
export function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** A share as `93 %`, never rounded up to all of it. */
export function percent(share: number): string {
  const hundredths = share * 100;
  return `${hundredths >= 99 && hundredths < 100 ? Math.floor(hundredths * 10) / 10 : Math.round(hundredths)} %`;
}

/** How many times as large: `12 times`. */
export function times(ratio: number): string {
  return `${ratio < 10 ? Number(ratio.toFixed(1)) : count(ratio)} times`;
}

/** Names in a row: `a, b and c`. */
export function names(list: readonly string[]): string {
  const printed = list.map(printPart);
  return printed.length < 2 ? printed.join('') : `${printed.slice(0, -1).join(', ')} and ${printed.at(-1)!}`;
}

/** A condition's text without the parentheses around it and no longer than a line. */
export function short(text: string, most = 80): string {
  const bare = /^\((?:[^()]|\([^()]*\))*\)$/.test(text) ? text.slice(1, -1) : text;
  return bare.length > most ? `${bare.slice(0, most - 1)}…` : bare;
}
