import type { McpServer } from '@modelcontextprotocol/server';
import type { Place } from './call.ts';

/** Registers the prompts that a person may start an agent with. */
export function registerPrompts(_server: McpServer, _place: Place): void {}
