/** Finds the model that the configuration names: packages of the AI SDK in the project, or a server that speaks the protocol of OpenAI. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { LanguageModel } from 'ai';
import { fail } from '../../base/error.ts';
import type { AiConfig } from '../../config/model.ts';

type Env = Readonly<Record<string, string | undefined>>;
type Sdk = typeof import('ai');

/** The AI SDK, which is installed only where somebody drafts with a model; throws `model.missing`. */
export async function loadSdk(cwd: string): Promise<Sdk> {
  return (await imported('ai', cwd)) as Sdk;
}

/** The model; nothing is sent yet. Throws `model.missing`, `model.not-configured`. */
export async function modelOf(ai: AiConfig, cwd: string, env: Env): Promise<LanguageModel> {
  const apiKey = keyOf(ai, env);
  const name = ai.provider ?? '@ai-sdk/openai-compatible';
  const found = (await imported(name, cwd)) as Readonly<Record<string, unknown>>;
  const create = Object.entries(found).find(
    ([key, value]) => /^create[A-Z]/.test(key) && typeof value === 'function',
  )?.[1] as ((options: object) => unknown) | undefined;
  const provider = create?.({
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(ai.baseUrl === undefined ? {} : { name: 'configured', baseURL: ai.baseUrl }),
  });
  return typeof provider === 'function'
    ? (provider as (id: string) => LanguageModel)(ai.model)
    : fail('model.missing', `${name} is not a provider of the AI SDK.`, {
        hint: 'Providers are listed at ai-sdk.dev; a server of your own needs only `base_url`.',
      });
}

function keyOf({ keyVariable }: AiConfig, env: Env): string | undefined {
  if (keyVariable === undefined) return undefined;
  const value = env[keyVariable]?.trim();
  return value === undefined || value === ''
    ? fail(
        'model.not-configured',
        `The environment variable ${keyVariable}, which holds the model's key, is not set.`,
        {
          hint: `Set ${keyVariable}.`,
        },
      )
    : value;
}

/** A package of the project, else one beside dbd. */
async function imported(name: string, cwd: string): Promise<unknown> {
  for (const from of [join(cwd, 'package.json'), import.meta.url]) {
    let path: string;
    try {
      path = createRequire(from).resolve(name);
    } catch {
      continue;
    }
    return import(pathToFileURL(path).href);
  }
  return fail('model.missing', `The package ${name} is not installed.`, {
    hint: `Install it beside your project: npm install ai@6 ${name === 'ai' ? '@ai-sdk/openai-compatible@2' : name}.`,
  });
}
