/** Every key, by the place where it works: what `?` shows and docs/keys.md holds. */

export interface KeyPlace {
  readonly place: string;
  /** The keys as they are written, several of one meaning apart by spaces, and what they do. */
  readonly keys: readonly (readonly [keys: string, does: string])[];
}

export const keyPlaces: readonly KeyPlace[] = [
  {
    place: 'Everywhere',
    keys: [
      ['?', 'the keys, and what the marks mean'],
      ['Ctrl-Z', 'the shell; fg comes back'],
      ['q Ctrl-C', 'quit'],
    ],
  },
  {
    place: 'The table',
    keys: [
      ['up down j k wheel', 'move'],
      ['PgUp PgDn', 'a screen up or down'],
      ['space', 'mark the Pod, or on a heading all of its Pods, to act on them together'],
      ['Home', 'the first line, and follow whatever comes to stand there'],
      ['End G', 'the last line'],
      ['enter right', 'open the Pod; on a heading fold or unfold'],
      ['l', 'the log of the Pod; of those that are marked one stream, until Ctrl-C'],
      ['e', 'edit what makes the Pod, or a Pod that nothing makes'],
      ['D', 'a container to debug the Pod with'],
      ['p', 'reach a port of the Pod from here, and of the one that takes its place'],
      ['P', 'the ports that are forwarded, to end one'],
      ['x', 'delete the Pod, or those that are marked; it asks first'],
      ['s', 'sort by trouble, name, age, restarts, node'],
      ['S', 'sort the other way round'],
      ['/', 'filter'],
      ['f', 'only Pods that are not well'],
      ['esc', 'take the marks away; then show all Pods again'],
      ['g', 'group by owner, namespace, node, status, or not at all'],
      ['left', 'to the heading of the Pod; on a heading fold'],
      ['z', 'fold all groups, or unfold them'],
      ['n', 'choose a namespace'],
      ['a', 'all namespaces, and back'],
      ['c', 'choose a context of the kubeconfig'],
    ],
  },
  {
    place: 'While a filter is written',
    keys: [
      ['web batch', 'both words, in name, namespace, node, status, owner or a label'],
      ['app=web', 'a label with this value, or one that begins so'],
      ['!web', 'Pods that do not hold the word'],
      ['enter', 'keep the filter'],
      ['esc', 'clear the filter'],
      ['Ctrl-W Ctrl-U', 'erase a word, or all of it'],
    ],
  },
  {
    place: 'While a namespace or a context is chosen',
    keys: [
      ['letters', 'narrow the list, or name a namespace that it does not hold'],
      ['up down PgUp PgDn', 'move'],
      ['enter', 'choose'],
      ['esc', 'back'],
    ],
  },
  {
    place: 'A Pod',
    keys: [
      ['up down j k wheel', 'scroll'],
      ['PgUp PgDn space', 'a screen up or down'],
      ['Home g, End G', 'the top, the end'],
      ['l', 'the log that explains the Pod, as it grows'],
      ['t', 'how it started, stage by stage, and back'],
      ['y', 'its YAML'],
      ['d', 'all there is to say of it, as `describe` prints it'],
      ['s', 'a shell in it'],
      ['e', 'edit what makes it, or the Pod itself'],
      ['D', 'a container to debug it with'],
      ['p', 'reach a port of it from here'],
      ['P', 'the ports that are forwarded'],
      ['x', 'delete it; it asks first'],
      ['enter', 'where the Pod was deleted: the one that took its name'],
      ['esc left', 'back to the table'],
    ],
  },
  {
    place: 'A log, YAML or a description',
    keys: [
      ['/', 'search; case counts where a capital is searched for'],
      ['n N', 'the next line that has it, the one before'],
      ['w', 'wrap long lines, or not'],
      ['left right', 'another container; to the side where lines are not wrapped'],
      ['tab 1-9', "another container's log"],
      ['p', 'the run before, and back'],
      ['&', 'only lines that hold a text; with none, all of them'],
      ['f', 'hold a log that is followed where it is, and follow it again; away from its end it stays by itself'],
      ['r', 'read it again'],
      ['esc', 'back to the Pod'],
    ],
  },
  {
    place: 'While a recording is shown, in place of what these keys do otherwise; such a text keeps its own',
    keys: [
      ['space', 'pause and play'],
      ['left right', '10 s back and on'],
      [', .', 'one change back and on'],
      ['- +', 'slower and faster'],
      ['0', 'from the start'],
    ],
  },
];
