import type { McpServer } from '@modelcontextprotocol/server';
import type { Place } from '../call.ts';

/** Registers what an agent may read beside the tools. */
export function registerResources(_server: McpServer, _place: Place): void {}
