/** The commands there are. A command's module is loaded when its command is asked for. */
import type { Command } from './command.ts';

const loaders = {
  dash: async () => (await import('./dash.ts')).dash,
  get: async () => (await import('./get.ts')).getCommand,
  why: async () => (await import('./why.ts')).whyCommand,
  describe: async () => (await import('./describe.ts')).describeCommand,
  logs: async () => (await import('./logs.ts')).logsCommand,
  timeline: async () => (await import('./timeline.ts')).timelineCommand,
  check: async () => (await import('./check.ts')).checkCommand,
  exec: async () => (await import('./exec.ts')).execCommand,
  shell: async () => (await import('./shell.ts')).shellCommand,
  attach: async () => (await import('./attach.ts')).attachCommand,
  'port-forward': async () => (await import('./port-forward.ts')).portForwardCommand,
  lint: async () => (await import('./lint.ts')).lintCommand,
  new: async () => (await import('./new.ts')).newCommand,
  add: async () => (await import('./add.ts')).addCommand,
  remove: async () => (await import('./remove.ts')).removeCommand,
  apply: async () => (await import('./apply.ts')).applyCommand,
  edit: async () => (await import('./edit.ts')).editCommand,
  delete: async () => (await import('./delete.ts')).deleteCommand,
  debug: async () => (await import('./debug.ts')).debugCommand,
  explain: async () => (await import('./explain.ts')).explainCommand,
  record: async () => (await import('./record.ts')).recordCommand,
  replay: async () => (await import('./replay.ts')).replayCommand,
  version: async () => (await import('./version.ts')).versionCommand,
  completion: async () => (await import('./completion.ts')).completionCommand,
} as const;

export type CommandName = keyof typeof loaders;

/** In the order of the help text. */
export const commandNames = Object.keys(loaders) as readonly CommandName[];

/** What runs when no command is named. */
export const defaultCommand: CommandName = 'dash';

export function isCommandName(word: string | undefined): word is CommandName {
  return commandNames.some((name) => name === word);
}

/** The request's type is the command's own business: it makes it and takes it. */
export function loadCommand(name: CommandName): Promise<Command<unknown>> {
  return loaders[name]();
}
