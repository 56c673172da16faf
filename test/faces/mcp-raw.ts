import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { createInterface } from 'node:readline';
import { bin } from './call.ts';

export type Message = Record<string, unknown> & {
  readonly id?: number;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly code: number };
};

/** A client that speaks raw JSON-RPC to a process. */
export class Client {
  readonly told: Message[] = [];
  readonly noise: string[] = [];
  private trouble = '';
  readonly ended: Promise<number | null>;
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly waiting = new Map<number, (message: Message) => void>();
  private last = 0;

  constructor(cwd: string, env: NodeJS.ProcessEnv = process.env) {
    this.child = spawn(process.execPath, [bin, 'mcp'], { cwd, env, stdio: 'pipe' });
    this.child.stdin.on('error', () => undefined);
    this.ended = new Promise((resolve) => this.child.on('close', resolve));
    this.child.stderr.on('data', (text: Buffer) => (this.trouble += text.toString()));
    createInterface({ input: this.child.stdout }).on('line', (line) => {
      let message: Message;
      try {
        message = JSON.parse(line) as Message;
      } catch {
        this.noise.push(line);
        return;
      }
      if (message.id !== undefined && this.waiting.has(message.id)) this.waiting.get(message.id)!(message);
      else this.told.push(message);
    });
  }

  async ask(method: string, params: Record<string, unknown> = {}): Promise<Message> {
    this.last += 1;
    const id = this.last;
    const answer = new Promise<Message>((resolve, reject) => {
      this.waiting.set(id, resolve);
      void this.ended.then((code) =>
        reject(
          new Error(`the server ended with ${String(code)} before it answered ${method}: ${this.trouble}`),
        ),
      );
    });
    this.send({ id, method, params });
    return answer;
  }

  send(message: Record<string, unknown>): void {
    this.child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  }

  /** Writes these bytes as they are. */
  write(text: string): void {
    this.child.stdin.write(text);
  }

  kill(signal: 'SIGTERM'): void {
    this.child.kill(signal);
  }

  /** Goes without a word: nobody reads what is written, either. */
  async vanish(): Promise<number | null> {
    this.child.stdout.destroy();
    this.child.stdin.destroy();
    return this.ended;
  }

  async leave(): Promise<number | null> {
    this.child.stdin.end();
    return this.ended;
  }
}

/** What each request of the protocol of 2026 says of its client. */
export const modern = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
  'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
};
