/** What the values of a column are, and how one of them is taken apart into texts and numbers that have substitutes. */
import { parseName } from '../../catalog/identity.ts';
import type { Catalog } from '../../catalog/model.ts';
import type { Types } from '../../engine/model.ts';
import {
  dates,
  decimals,
  hardware,
  instants,
  integers,
  networks4,
  networks6,
  times,
  type ScalarForm,
} from '../../mask/scalars.ts';
import { readArray, writeArray, type Item } from '../../base/array-literal.ts';

export type Domain =
  | { readonly kind: 'text' }
  | { readonly kind: 'hex' }
  /** Values of the set share one map. */
  | { readonly kind: 'scalar'; readonly forms: readonly ScalarForm[]; readonly set: string }
  | { readonly kind: 'json'; readonly set: string }
  | { readonly kind: 'array'; readonly of: Domain }
  | { readonly kind: 'range'; readonly of: Domain }
  /** Words of a text search vector, which the server sorts by their length first. */
  | { readonly kind: 'words' }
  /** Values are part of the structure: labels, true and false. */
  | { readonly kind: 'structure' }
  | { readonly kind: 'unknown' };

/** Substitutes of the parts of values; while values are collected, each part is its own. */
export interface Leaves {
  text(value: string): string;
  hex(value: string): string;
  /** `knot`: it comes from the statistics, so that others lie between it and the next. */
  number(form: ScalarForm, set: string, value: bigint, knot: boolean): bigint;
}

/** The domain of a column's type, seen through the database's own types. */
export function domainOf(type: string, set: string, catalog: Catalog, types: Types, depth = 0): Domain {
  const plain = type.trim();
  if (depth > 8) return { kind: 'unknown' };
  const inner = (of: string): Domain => domainOf(of, set, catalog, types, depth + 1);
  if (plain.endsWith('[]')) return { kind: 'array', of: inner(plain.slice(0, -2)) };
  const base = plain.toLowerCase().replace(/\s*\([^)]*\)/, '');
  if (base === 'tsvector') return { kind: 'words' };
  if (base === 'bpchar' || base.endsWith('citext') || base.endsWith('ltree')) return { kind: 'text' };
  const scalar = (...forms: readonly ScalarForm[]): Domain => ({ kind: 'scalar', forms, set });
  switch (types.family(plain)) {
    case 'text':
      return { kind: 'text' };
    case 'integer':
      return scalar(
        integers(
          /^(?:smallint|int2)/.test(base) ? 2 : /^(?:integer|int|int4|serial|oid)$/.test(base) ? 4 : 8,
        ),
      );
    case 'number':
      return scalar(decimals);
    case 'date':
      return scalar(dates);
    case 'instant':
      return scalar(instants);
    case 'time':
      return scalar(times);
    case 'network':
      return base.startsWith('mac') ? scalar(hardware) : scalar(networks4, networks6);
    case 'uuid':
    case 'bytes':
      return { kind: 'hex' };
    case 'json':
      return { kind: 'json', set };
    case 'boolean':
      return { kind: 'structure' };
    case 'range': {
      const of = /^(int4|int8|num|tstz|ts|date)/.exec(base)?.[1];
      const element = {
        int4: 'integer',
        int8: 'bigint',
        num: 'numeric',
        ts: 'timestamp',
        tstz: 'timestamptz',
        date: 'date',
      }[of ?? ''];
      return element === undefined ? { kind: 'unknown' } : { kind: 'range', of: inner(element) };
    }
    default: {
      const { schema, name } = parseName(plain);
      const own = catalog.types.find(
        (one) => one.name === name && (schema === undefined || one.schema === schema),
      );
      if (own?.kind === 'enum') return { kind: 'structure' };
      return own?.kind === 'domain' && own.base !== undefined ? inner(own.base) : { kind: 'unknown' };
    }
  }
}

/** A value with every part replaced; undefined when it cannot be taken apart. */
export function translated(domain: Domain, text: string, leaves: Leaves, knot: boolean): string | undefined {
  switch (domain.kind) {
    case 'structure':
      return text;
    case 'unknown':
      return undefined;
    case 'text':
    case 'words':
      return leaves.text(text);
    case 'hex': {
      const found = /^(\\x|\{)?([\da-f-]*)\}?$/i.exec(text);
      if (!found) return undefined;
      const halves = leaves.hex(found[2]!.replaceAll('-', ''));
      return `${found[1] ?? ''}${found[2]!.includes('-') ? halves.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-') : halves}`;
    }
    case 'scalar': {
      if (/^-?(?:infinity|nan)$/i.test(text)) return text;
      for (const form of domain.forms) {
        const value = form.read(text);
        if (value !== undefined) return form.write(leaves.number(form, domain.set, value, knot), text);
      }
      return undefined;
    }
    case 'json':
      return jsonText(text, leaves, domain.set, knot);
    case 'array': {
      const items = readArray(text);
      return items && itemsText(domain.of, items, leaves, knot);
    }
    case 'range':
      return rangeText(domain.of, text, leaves, knot);
  }
}

/** Values of an array literal, each replaced; undefined when one cannot be. */
export function itemsText(
  domain: Domain,
  items: readonly Item[],
  leaves: Leaves,
  knot: boolean,
): string | undefined {
  const made = replaced(domain, items, leaves, knot);
  return made && writeArray(made);
}

/** The same as items. */
export function replaced(
  domain: Domain,
  items: readonly Item[],
  leaves: Leaves,
  knot: boolean,
): readonly Item[] | undefined {
  const made: Item[] = [];
  for (const item of items) {
    const one =
      item === null
        ? null
        : typeof item === 'string'
          ? translated(domain, item, leaves, knot)
          : replaced(domain, item, leaves, knot);
    if (one === undefined) return undefined;
    made.push(one);
  }
  return made;
}

/** Keys and the form of the text stay; texts and numbers are replaced. */
function jsonText(text: string, leaves: Leaves, set: string, knot: boolean): string | undefined {
  try {
    JSON.parse(text);
  } catch {
    return undefined;
  }
  return text.replaceAll(
    /"(?:[^"\\]|\\.)*"(\s*:)?|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g,
    (part, key?: string) => {
      if (key !== undefined) return part;
      if (part.startsWith('"')) return JSON.stringify(leaves.text(JSON.parse(part) as string));
      const value = decimals.read(part);
      return value === undefined
        ? '0'
        : decimals.write(leaves.number(decimals, `${set} json`, value, knot), part);
    },
  );
}

function rangeText(of: Domain, text: string, leaves: Leaves, knot: boolean): string | undefined {
  if (text === 'empty' || text === '{}') return text;
  if (text.startsWith('{')) {
    const inner = text.slice(1, -1).match(/[[(](?:"[^"]*"|[^,"])*,(?:"[^"]*"|[^,"\])])*[\])]/g) ?? [];
    const made = inner.map((one) => rangeText(of, one, leaves, knot));
    return inner.length > 0 && made.every((one) => one !== undefined) ? `{${made.join(',')}}` : undefined;
  }
  const found = /^([[(])(?:"([^"]*)"|([^,"]*)),(?:"([^"]*)"|([^,"\])]*))([\])])$/.exec(text);
  if (!found) return undefined;
  const [, open, quotedFrom, from, quotedTo, to, close] = found;
  const bound = (value: string): string | undefined =>
    value === '' ? '' : translated(of, value, leaves, knot);
  const [low, high] = [bound(quotedFrom ?? from ?? ''), bound(quotedTo ?? to ?? '')];
  if (low === undefined || high === undefined) return undefined;
  const quoted = (value: string): string => (/[\s,]/.test(value) ? `"${value}"` : value);
  return `${open}${quoted(low)},${quoted(high)}${close}`;
}
