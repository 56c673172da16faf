/** Asks every rule about a structure, and lets the team's own choices and explained deviations have their say. */
import type { Finding, Severity } from '../report/model.ts';
import type { Deviation, NameKind, Rule, Standards, Subject } from './model.ts';
import { schemaRules } from './schema/all.ts';

/** What the rules found. */
export interface Checked {
  readonly findings: readonly Finding[];
  /** What a team explained, with its reason. */
  readonly explained: readonly { readonly finding: Finding; readonly deviation: Deviation }[];
  /** Rules that were asked. */
  readonly asked: readonly Rule[];
  /** Tables that were looked at. */
  readonly tables: number;
}

/** A team that has said nothing. */
export const noStandards: Standards = {
  requiredColumns: [],
  forbiddenTypes: [],
  abbreviations: {},
  names: {},
  ignore: [],
  rules: {},
  deviations: [],
};

/** No name is against the team's patterns. */
export const noMismatches: Readonly<Record<NameKind, ReadonlySet<string>>> = {
  table: new Set(),
  column: new Set(),
  index: new Set(),
  constraint: new Set(),
  routine: new Set(),
};

const weight: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

/** Findings of all rules that are on, gravest first; `today` decides which deviations are over, as `2026-11-20`. */
export function checkStructure(subject: Subject, today: string): Checked {
  const { standards } = subject;
  const asked = schemaRules.filter(({ id }) => standards.rules[id] !== 'off');
  const used = new Set<Deviation>();
  const findings: Finding[] = [];
  const explained: { finding: Finding; deviation: Deviation }[] = [];
  for (const rule of asked) {
    for (const { object, message, fix } of rule.find(subject)) {
      const severity = standards.rules[rule.id] ?? rule.severity;
      const finding: Finding = {
        rule: rule.id,
        severity: severity === 'off' ? rule.severity : severity,
        place: object,
        message,
        why: sentence(rule.because),
        instead: rule.instead,
        ...(fix === undefined ? {} : { fix: `${fix};` }),
      };
      const fitting = standards.deviations.filter(
        (deviation) =>
          (deviation.rule === rule.id || deviation.rule === '*') && matches(deviation.object, object),
      );
      for (const deviation of fitting) used.add(deviation);
      const valid = fitting.find(({ until }) => until === undefined || until >= today);
      const over = fitting[0];
      if (valid) explained.push({ finding, deviation: valid });
      else
        findings.push(
          over
            ? {
                ...finding,
                message: `${message} It was allowed until ${over.until!}: ${over.because}`,
              }
            : finding,
        );
    }
  }
  // Deviations from rules about migrations are `dbd lint`'s.
  const idle = standards.deviations.filter(
    (deviation) =>
      !used.has(deviation) && (deviation.rule === '*' || schemaRules.some(({ id }) => id === deviation.rule)),
  );
  return {
    asked,
    tables: subject.tables.length,
    explained,
    findings: [...findings, ...idle.map(idleFinding)].toSorted(
      (a, b) => weight[a.severity] - weight[b.severity],
    ),
  };
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function idleFinding({ rule, object }: Deviation): Finding {
  return {
    rule: 'idle-deviation',
    severity: 'info',
    place: object,
    message: `The deviation from ${rule} for ${object} allows nothing that is there.`,
    instead: 'Remove it from the configuration, or correct its rule or object.',
  };
}

/** Whether a place fits what a deviation names: literally, but for `*`, which stands for any part; a table's name means all that belongs to it too. */
export function matches(pattern: string, object: string): boolean {
  const parts = pattern.split('*');
  const fits = (text: string): boolean => {
    if (parts.length === 1) return text === pattern;
    if (!text.startsWith(parts[0]!)) return false;
    let at = parts[0]!.length;
    for (const part of parts.slice(1, -1)) {
      const found = text.indexOf(part, at);
      if (found < 0) return false;
      at = found + part.length;
    }
    const last = parts.at(-1)!;
    return text.length - last.length >= at && text.endsWith(last);
  };
  // `public.users` explains `public.users.email` and `public.users index users_email_idx`.
  const owners = [...object.matchAll(/[. ]/g)].map((found) => object.slice(0, found.index));
  return [object, ...owners].some(fits);
}
