/** Files by which an agent learns of dbd, and what became of them. */

/** Values of `--agent`. */
export const agentNames = ['claude', 'cursor', 'generic'] as const;
/** One of them. */
export type AgentName = (typeof agentNames)[number];

/** One file that should be there; the path is relative to the project, with `/`. */
export type WantedFile = { readonly path: string; readonly what: string } & (
  | { readonly kind: 'whole'; readonly text: string }
  /** A part of a file that belongs to somebody else. */
  | { readonly kind: 'section'; readonly text: string }
  /** One entry of `mcpServers` in a JSON file that may hold others. */
  | { readonly kind: 'server'; readonly name: string; readonly entry: ServerEntry }
);

/** How an MCP server is started. */
export interface ServerEntry {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export interface WrittenFile {
  readonly path: string;
  readonly what: string;
  readonly did: 'created' | 'updated' | 'unchanged';
}
