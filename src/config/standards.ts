/** Reads the map `standards` of the configuration. */
import type { DeviationConfig, StandardsConfig } from './model.ts';
import { textOf, textsOf, valuesOf, type Node } from './yaml.ts';

const keys = [
  'case',
  'tables',
  'required_columns',
  'forbidden_types',
  'abbreviations',
  'names',
  'facts',
  'ignore',
  'rules',
  'deviations',
  'fail_on',
] as const;
const nameKinds = ['table', 'column', 'index', 'constraint', 'routine'] as const;
const severities = ['error', 'warning', 'info', 'off'] as const;
/** Longest pattern of names, in characters. */
const longestPattern = 200;

/** Reads the map; which rules there are is checked where they are. Throws `config.invalid`. */
export function readStandards(node: Node): StandardsConfig {
  const values = valuesOf(node, keys, '`standards`');
  const texts = (key: (typeof keys)[number]): readonly string[] => {
    const found = values.get(key);
    return found ? textsOf(found, `standards.${key}`) : [];
  };
  const [case_, tables, failOn, facts] = [
    values.get('case'),
    values.get('tables'),
    values.get('fail_on'),
    values.get('facts'),
  ];
  const [abbreviations, names, rules, deviations] = [
    values.get('abbreviations'),
    values.get('names'),
    values.get('rules'),
    values.get('deviations'),
  ];
  return {
    ...(case_ ? { case: oneOf(case_, ['snake', 'camel', 'any'], 'standards.case') } : {}),
    ...(tables ? { tables: oneOf(tables, ['plural', 'singular', 'any'], 'standards.tables') } : {}),
    ...(failOn ? { failOn: oneOf(failOn, ['error', 'warning', 'info'], 'standards.fail_on') } : {}),
    ...(facts
      ? {
          facts: (facts.kind === 'list' ? facts.items : [facts]).map((item) =>
            oneOf(item, ['owner', 'class', 'purpose', 'retention'], 'standards.facts'),
          ),
        }
      : {}),
    requiredColumns: texts('required_columns'),
    forbiddenTypes: texts('forbidden_types'),
    ignore: texts('ignore'),
    abbreviations: abbreviations ? wordsOf(abbreviations) : {},
    names: names ? patternsOf(names) : {},
    rules: rules ? severitiesOf(rules) : {},
    deviations: deviations ? deviationsOf(deviations) : [],
  };
}

function oneOf<const T extends string>(node: Node, words: readonly T[], key: string): T {
  const text = textOf(node, key);
  return words.find((word) => word === text) ?? node.refuse(`\`${key}\` must be one of ${words.join(', ')}.`);
}

function wordsOf(node: Node): Readonly<Record<string, string>> {
  if (node.kind !== 'map')
    return node.refuse('`standards.abbreviations` must be a map such as `{ qty: quantity }`.');
  return Object.fromEntries(
    node.entries.map(({ key, at, value }) => [
      key,
      textOf(value ?? at.refuse(`\`${key.slice(0, 60)}\` needs the word to write instead.`), key),
    ]),
  );
}

function patternsOf(node: Node): StandardsConfig['names'] {
  const values = valuesOf(node, nameKinds, '`standards.names`');
  return Object.fromEntries(
    [...values].map(([kind, value]) => {
      const pattern = textOf(value, `standards.names.${kind}`);
      return pattern.length > longestPattern
        ? value.refuse(`the pattern has more than ${longestPattern} characters.`)
        : [kind, pattern];
    }),
  );
}

function severitiesOf(node: Node): StandardsConfig['rules'] {
  if (node.kind !== 'map')
    return node.refuse('`standards.rules` must be a map such as `{ missing-comment: off }`.');
  return Object.fromEntries(
    node.entries.map(({ key, at, value }) => {
      const given = value ?? at.refuse(`\`${key.slice(0, 60)}\` needs one of ${severities.join(', ')}.`);
      // `off` is a word here, as in YAML 1.2.
      return [key, oneOf(given, severities, `standards.rules.${key.slice(0, 60)}`)];
    }),
  );
}

function deviationsOf(node: Node): readonly DeviationConfig[] {
  const items = node.kind === 'list' ? node.items : [node];
  return items.map((item) => {
    const values = valuesOf(item, ['rule', 'object', 'because', 'until'], 'a deviation');
    const text = (key: 'rule' | 'object' | 'because'): string =>
      textOf(
        values.get(key) ??
          item.refuse(
            `a deviation needs \`${key}\`.`,
            'Write `{ rule: missing-comment, object: public.legacy, because: goes away in May, until: 2027-05-31 }`.',
          ),
        key,
      );
    const until = values.get('until');
    return {
      rule: text('rule'),
      object: text('object'),
      because: text('because'),
      ...(until ? { until: dayOf(until) } : {}),
    };
  });
}

function dayOf(node: Node): string {
  const text = textOf(node, 'until');
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00Z`))
    ? text
    : node.refuse('`until` must be a day such as 2027-05-31.');
}
