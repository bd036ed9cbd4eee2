/** While another program has this terminal, Ctrl-C is that program's alone: an editor may take it for something of its own. */
export async function lendTerminal<T>(program: () => Promise<T>): Promise<T> {
  const listeners = process.listeners('SIGINT');
  const ignore = (): void => undefined;
  process.removeAllListeners('SIGINT');
  process.on('SIGINT', ignore);
  try {
    return await program();
  } finally {
    process.off('SIGINT', ignore);
    for (const listener of listeners) process.on('SIGINT', listener);
  }
}
