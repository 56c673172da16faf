/** Fields that a text lists, and what their names tell about their types. */
import { slug } from '../../base/text.ts';
import type { FieldType } from '../model.ts';
import { isValue } from './words.ts';

/** A field that the text seems to ask for. */
export interface DraftField {
  readonly name: string;
  readonly type: FieldType;
  /** Undefined where the text does not say. */
  readonly required?: boolean;
  readonly unique?: boolean;
  readonly start?: string;
}

/** `with a unique code, an amount and an optional note` → the three fields. */
export function listedFields(text: string): readonly DraftField[] {
  const lists = [
    ...text.matchAll(
      /\b(?:with|including|fields?:|columns?:|consists? of|containing|(?:has|have|holds?|records?|needs?)(?=\s+(?:an?|its|their)\s))\s+([^.;:\n]{3,240})/gi,
    ),
  ];
  const found = new Map<string, DraftField>();
  for (const [, list] of lists) {
    if (!/,|\band\b/.test(list!) && !/^(?:an?|its|their)\s/i.test(list!)) continue;
    const own = list!
      .replace(/\s+\b(?:so that|which|who|when|because|while|if|until)\b.*$/i, '')
      .replaceAll(/\([^)]*\)/g, '');
    for (const part of own.split(/,|\band\b|\bor\b/)) {
      const field = fieldOf(part);
      if (field && !found.has(field.name)) found.set(field.name, field);
    }
  }
  return [...found.values()];
}

function fieldOf(part: string): DraftField | undefined {
  const words = part
    .trim()
    .replaceAll('`', '')
    .replace(/^(?:(?:a|an|the|its|their|his|her)\s+)+/i, '');
  const unique = /^unique\s+/i.test(words);
  const required = /^(?:required|mandatory)\s+/i.test(words)
    ? true
    : /^optional\s+/i.test(words)
      ? false
      : undefined;
  const name = slug(words.replace(/^(?:unique|required|mandatory|optional)\s+/i, ''));
  if (!/^[a-z][a-z0-9]*(?:_[a-z0-9]+){0,2}$/.test(name) || isValue(name)) return undefined;
  return {
    name,
    type: typeOf(name),
    ...(unique ? { unique } : {}),
    ...(required === undefined ? {} : { required }),
  };
}

/** Types by the habits of names: `…_at`, `is_…`, `…_count`, `price`. */
export function typeOf(field: string): FieldType {
  const kinds: readonly (readonly [RegExp, FieldType])[] = [
    [/(?:_at|^timestamp|_time)$/, { kind: 'instant' }],
    [/(?:_on|^date|_date|^day|birthday)$/, { kind: 'date' }],
    [/^(?:is|has|can)_|^(?:active|enabled|deleted)$/, { kind: 'bool' }],
    [/email(?:_address)?$/, { kind: 'email' }],
    [/(?:url|link|website)$/, { kind: 'url' }],
    [/(?:price|amount|total|cost|balance|fee|salary)$/, { kind: 'decimal', precision: 12, scale: 2 }],
    [/(?:count|quantity|position|age|score|rating)$/, { kind: 'int' }],
    [/(?:json|data|payload|settings|metadata|properties)$/, { kind: 'json' }],
    [
      /(?:temperature|humidity|pressure|speed|voltage|weight|height|distance|latitude|longitude)$/,
      { kind: 'sql', sql: 'double precision' },
    ],
    [/tags$/, { kind: 'tags' }],
    [/uuid$/, { kind: 'uuid' }],
  ];
  return kinds.find(([pattern]) => pattern.test(field))?.[1] ?? { kind: 'text' };
}

/** Whether a field's name speaks of a person. */
export function isPersonal(name: string): boolean {
  return /(?:^|_)(?:email|phone|mobile|address|birthday|birth|ssn|passport|iban|ip|first_name|last_name|full_name|surname)(?:_|$)/.test(
    name,
  );
}
