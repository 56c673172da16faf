import type { FunctionFacts } from './look.ts';
import type { Verdict } from './verdicts/builtin.ts';
import { extensions } from './verdicts/extensions.ts';

/** Languages that come with the server, by object id. */
const internal = 12;
const c = 13;
const sql = 14;

/** What is known of a function without looking into it: a reason to refuse it, nothing against it, or a body that must be read. */
export type Answer = { readonly because: string } | 'harmless' | 'read its body';

/** Judges a function by the lists; `part` says that the server calls it and not the text, `definition` that an owner of the database wrote the call. */
export function answerFor(
  facts: FunctionFacts,
  verdicts: ReadonlyMap<string, Verdict>,
  how: { readonly part: boolean; readonly definition: boolean },
): Answer {
  if (facts.builtin) return builtin(facts, verdicts, how);
  if (facts.aggregate) return facts.extension ? extension(facts, facts.extension) : 'read its body';
  if (facts.definer) return { because: 'It runs with the rights of its owner (SECURITY DEFINER).' };
  if (facts.configured) return { because: 'It changes settings while it runs (SET in its definition).' };
  if (facts.support !== 0 && !facts.extension)
    return { because: 'It has a support function, which the planner would call.' };
  if (facts.extension) return extension(facts, facts.extension);
  if (facts.language !== sql)
    return { because: 'It is a function of this database whose language does not show what it does.' };
  if (facts.body === null)
    return {
      because:
        'Its body is text that is resolved only when it runs; a body with BEGIN ATOMIC or RETURN would show what it does.',
    };
  return 'read its body';
}

function builtin(
  facts: FunctionFacts,
  verdicts: ReadonlyMap<string, Verdict>,
  how: { readonly part: boolean; readonly definition: boolean },
): Answer {
  const verdict = verdicts.get(keyOf(facts));
  if (!verdict) return { because: 'It is not on the list of built-in functions of PostgreSQL 14 to 18.' };
  const allowed =
    verdict.kind === 'harmless' ||
    (verdict.kind === 'part' && how.part) ||
    (verdict.kind === 'definition' && how.definition);
  return allowed ? 'harmless' : { because: verdict.because };
}

const keyOf = ({ schema, name, args }: FunctionFacts): string =>
  `${schema === 'pg_catalog' ? '' : `${schema}.`}${name}(${args})`;

function extension(facts: FunctionFacts, name: string): Answer {
  const known = extensions.get(name);
  if (!known) return { because: `The extension ${name} is not on the list of extensions that only compute.` };
  // The owner of an extension may add functions of his own to it, so membership alone says nothing.
  if (!facts.trusted)
    return { because: `It was added to the extension ${name} by a role that is no superuser.` };
  const volatile = known.volatile?.includes(facts.name) ?? false;
  if (known.refused?.test(facts.name) || (known.only && !known.only.test(facts.name) && !volatile))
    return { because: `Of the extension ${name} it is one of those that do more than compute.` };
  if (facts.volatility === 'v' && !volatile)
    return {
      because: `The extension ${name} declares it volatile, and it is not on the list of harmless ones.`,
    };
  if (facts.aggregate || facts.language === internal) return 'harmless';
  if (facts.language === sql) {
    if (facts.body !== null) return 'read its body';
    return known.sql
      ? 'harmless'
      : {
          because:
            'Its body is text that is resolved only when it runs, on whatever path of schemas there is then.',
        };
  }
  const library = /(?:^|\/)([^/]+?)(?:\.\w+)?$/.exec(facts.library ?? '')?.[1];
  if (facts.language !== c || library === undefined || !known.libraries.includes(library))
    return { because: `It does not come from the library of the extension ${name}.` };
  return 'harmless';
}
