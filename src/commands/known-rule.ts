import { fail } from '../base/error.ts';
import { nearest } from '../base/text.ts';

/** Throws `usage.wrong-option` where there is no rule of this name; `list` is the call that lists all. */
export function knownRule(name: string, rules: readonly { readonly id: string }[], list: string): void {
  const ids = rules.map(({ id }) => id);
  if (ids.includes(name)) return;
  const near = nearest(name, ids);
  fail('usage.wrong-option', `There is no rule \`${name}\`.`, {
    hint: near === undefined ? `\`${list}\` lists all of them.` : `Did you mean ${near}?`,
  });
}
