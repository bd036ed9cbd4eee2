/** The screen in Ink: one pre-formatted Text a row. It holds no state and no I/O; keys go out by `onKeys`. */
import { Box, Text, useApp, useInput, usePaste } from 'ink';
import { memo, type ReactNode, useEffect } from 'react';
import { type Key, keysOf } from './keyboard.ts';

/** Hands the terminal over while the callback runs, and takes it back. */
export type Suspend = (during: () => Promise<void>) => Promise<unknown>;

export interface ScreenProps {
  readonly lines: readonly string[];
  readonly onKeys: (keys: readonly Key[]) => void;
  /** Text that is pasted, where the terminal tells it from typing. */
  readonly onPaste: (text: string) => void;
  /** Called once, with what only a mounted program has. */
  readonly onMount: (suspend: Suspend) => void;
}

export function Screen({ lines, onKeys, onPaste, onMount }: ScreenProps): ReactNode {
  const { suspendTerminal } = useApp();
  useInput((input, key) => onKeys(keysOf(input, key)));
  usePaste(onPaste);
  useEffect(() => onMount((during) => suspendTerminal(during)), [onMount, suspendTerminal]);
  return (
    <Box flexDirection="column">
      {lines.map((line, at) => (
        <ScreenRow key={at} line={line} />
      ))}
    </Box>
  );
}

/** Rows that did not change are not drawn again. An empty Text would take no row at all. */
const ScreenRow = memo(function ScreenRow({ line }: { readonly line: string }): ReactNode {
  return <Text wrap="truncate">{line === '' ? ' ' : line}</Text>;
});
