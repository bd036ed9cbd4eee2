/** What a program elsewhere has left on this terminal is undone, and no more than that. */
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { RawTerminal } from '../../cmd/raw-terminal.ts';

function leftBy(...chunks: readonly string[]): string {
  const stdout = new PassThrough();
  const terminal = new RawTerminal({ stdin: process.stdin, stdout: stdout as unknown as NodeJS.WriteStream });
  for (const chunk of chunks) terminal.watch(Buffer.from(chunk));
  terminal.giveBack();
  return String(stdout.read() ?? '');
}

test.each<[readonly string[], string]>([
  [['plain text, \x1b[1mbold\x1b[0m'], ''],
  [['\x1b[?1049h\x1b[?25l drawn \x1b[?25h\x1b[?1049l'], ''],
  [['\x1b[?1049h\x1b[?25l'], '\x1b[?1049l\x1b[?25h\x1b[0m'],
  [['\x1b[?1000;1006h'], '\x1b[?1000l\x1b[?1006l\x1b[0m'],
  [['\x1b[?1', '049h'], '\x1b[?1049l\x1b[0m'],
  [['\x1b', '[?2004h and', ' text'], '\x1b[?2004l\x1b[0m'],
  // Autowrap is on at a shell, and which modes it knows a terminal decides: what is not known is left.
  [['\x1b[?7l\x1b[?9999h'], ''],
])('%j', (chunks, undone) => {
  expect(leftBy(...chunks)).toBe(undone);
});
