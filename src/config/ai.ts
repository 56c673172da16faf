/** Reads the map `ai` of the configuration: the model that may draft. */
import type { AiConfig } from './model.ts';
import { isVariable, textOf, valuesOf, type Node } from './yaml.ts';

const keys = ['provider', 'base_url', 'model', 'key', 'price', 'rounds', 'tokens'] as const;

/** The map as it should be written, for hints. */
export const aiExample =
  'Write `ai: { base_url: http://localhost:11434/v1, model: qwen3 }`, or `ai: { provider: "@ai-sdk/anthropic", model: …, key: "${ANTHROPIC_API_KEY}" }`.';

/** Reads the map; the key is only named. Throws `config.invalid`. */
export function readAi(node: Node): AiConfig {
  const values = valuesOf(node, keys, '`ai`');
  const [provider, baseUrl, key, price] = [
    values.get('provider'),
    values.get('base_url'),
    values.get('key'),
    values.get('price'),
  ];
  const model = values.get('model') ?? node.refuse('`ai` needs `model`.', aiExample);
  if (provider && baseUrl) node.refuse('`ai` takes either `provider` or `base_url`.', aiExample);
  if (!provider && !baseUrl) node.refuse('`ai` needs `provider` or `base_url`.', aiExample);
  const [rounds, tokens] = [values.get('rounds'), values.get('tokens')];
  return {
    model: textOf(model, 'ai.model'),
    ...(provider ? { provider: packageOf(provider) } : {}),
    ...(baseUrl ? { baseUrl: baseOf(baseUrl) } : {}),
    ...(key ? { keyVariable: variableOf(key) } : {}),
    ...(price ? { price: priceOf(price) } : {}),
    ...(rounds ? { rounds: wholeOf(rounds, 'rounds', 20) } : {}),
    ...(tokens ? { tokens: wholeOf(tokens, 'tokens', 10_000_000) } : {}),
  };
}

function packageOf(node: Node): string {
  const text = textOf(node, 'ai.provider');
  return /^(?:@[a-z0-9][\w.-]*\/)?[a-z0-9][\w.-]*$/.test(text)
    ? text
    : node.refuse('`ai.provider` must be the name of a package such as `@ai-sdk/anthropic`.', aiExample);
}

/** Addresses of this machine and of private networks, which may be reached without encryption. */
const near =
  /^(?:localhost|\[::1\]|127\.[\d.]+|10\.[\d.]+|192\.168\.[\d.]+|172\.(?:1[6-9]|2\d|3[01])\.[\d.]+|.*\.local)$/;

function baseOf(node: Node): string {
  const text = textOf(node, 'ai.base_url');
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || (url.protocol !== 'https:' && !(url.protocol === 'http:' && near.test(url.hostname))))
    return node.refuse(
      '`ai.base_url` must begin with https://, or with http:// on this machine or a private network.',
      aiExample,
    );
  if (url.username !== '' || url.password !== '')
    return node.refuse('`ai.base_url` must not hold a user or a password.', aiExample);
  return url.href.replace(/\/$/, '');
}

function variableOf(node: Node): string {
  const variable = /^\$\{(.*)\}$/.exec(textOf(node, 'ai.key'))?.[1];
  return variable !== undefined && isVariable(variable)
    ? variable
    : node.refuse(
        '`ai.key` must name an environment variable, so that no secret stands in the file.',
        'Write `key: ${ANTHROPIC_API_KEY}` and set the variable.',
      );
}

function priceOf(node: Node): AiConfig['price'] & object {
  const values = valuesOf(node, ['input', 'output', 'currency'], '`ai.price`');
  const amount = (name: 'input' | 'output'): number => {
    const found = values.get(name) ?? node.refuse('`ai.price` needs `input` and `output`.');
    const value = found.kind === 'scalar' ? found.value : undefined;
    return typeof value === 'number' && value >= 0
      ? value
      : found.refuse('a price must be a number: for a million tokens.');
  };
  const currency = values.get('currency');
  return {
    input: amount('input'),
    output: amount('output'),
    currency: currency ? textOf(currency, 'ai.price.currency').slice(0, 8) : 'USD',
  };
}

function wholeOf(node: Node, name: string, most: number): number {
  const value = node.kind === 'scalar' ? node.value : undefined;
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= most
    ? value
    : node.refuse(`\`ai.${name}\` must be a whole number from 1 to ${most}.`);
}
