/** What a command is: one verb of the product, declared once; every face derives from it. */
import type { z } from 'zod';
import type { Emit } from '../base/event.ts';
import type { Engine } from '../engine/model.ts';
import type { Report } from '../report/model.ts';

/** What a command may touch, computed from its input: it `connects` to a database in order to read, and may change a `database`. */
export type Effect = 'reads' | 'connects' | 'files' | 'sandbox' | 'database' | 'tracker';
export type Face = 'cli' | 'mcp';

export interface Context {
  readonly emit: Emit;
  readonly signal: AbortSignal;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Engine by name, or the default one; the only door to `engines/`. */
  engine(name?: string): Promise<Engine>;
  /** Text of standard input, read to its end. */
  stdin(): Promise<string>;
  /** The agent that asks, when it is one: the client of the MCP face, or the program around the command line. */
  readonly agent?: string;
  /** Hash of what a person has confirmed for this call. */
  readonly confirmed?: string;
  /** Hands the process's streams to another face until that face ends; present only where a face offers it. */
  serve?(face: 'mcp', http?: HttpServing): Promise<void>;
}

/** How a face is served over HTTP on this machine. */
export interface HttpServing {
  /** 0 for a free one. */
  readonly port: number;
  /** Where a token is kept that only its owner reads. */
  readonly folder: string;
}

/** A question to a person, bound to the exact thing that will be done. */
export interface Consent {
  /** One sentence: `Write 3 statements to the database dev.` */
  readonly says: string;
  /** What the person should see: statements, the comment's text; untrusted parts marked. */
  readonly shown: readonly string[];
  /** Changes with everything that matters: target, statements, texts. */
  readonly hash: string;
}

export interface Command<I extends z.ZodObject = z.ZodObject, O extends z.ZodObject = z.ZodObject> {
  /** One word, or two: `sandbox start`. */
  readonly name: string;
  readonly summary: string;
  /** A sentence or two for agents: when to call it, and what to do beside it. */
  readonly advice?: string;
  /** Field metadata: `.meta({ positional: true })`, `.meta({ bare: 'auto' })` for a flag that needs no value, `.meta({ rest: true })`, `.meta({ short: 'o' })`, `.meta({ fine: true })` for the command line only; `.describe()` is the help text, `.meta({ agents: '…' })` what agents read instead. */
  readonly input: I;
  readonly output: O;
  readonly faces: readonly Face[];
  effects(input: z.infer<I>): readonly Effect[];
  /**
   * What a person has to confirm before an agent's call of this input may run; nothing when it needs none. Looks, and changes nothing.
   * The run compares {@link Context.confirmed} with a hash of what it is about to do, taken anew.
   */
  consent?(input: z.infer<I>, context: Context): Promise<Consent | undefined>;
  /** The result is a text to redirect into a file: a terminal face prints the report's code and nothing else. */
  plain?(input: z.infer<I>): boolean;
  readonly examples: readonly { readonly call: string; readonly shows: string }[];
  run(input: z.infer<I>, context: Context): Promise<Report>;
}

/** Keeps the types of input and output while the list holds all commands as equals. */
export function command<I extends z.ZodObject, O extends z.ZodObject>(declared: Command<I, O>): Command {
  return declared as unknown as Command;
}
