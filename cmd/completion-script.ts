/** The scripts that make a shell ask `podwright __complete` at each tab: they know how their shell is spoken to, and nothing of commands, flags or Pods. */

const bash = `# bash completion for podwright
_podwright() {
  local line=\${COMP_LINE:0:COMP_POINT} words=() current value description directive=4
  read -ra words <<< "$line"
  [[ $line != *[[:space:]] ]] || words+=('')
  current=\${words[\${#words[@]}-1]}
  COMPREPLY=()
  while IFS=$'\\t' read -r value description; do
    case $value in
      :[0-9]*) directive=\${value#:} ;;
      # bash takes what stands behind = or : for a word of its own.
      *) COMPREPLY+=("\${value#"\${current%"\${current##*[=:]}"}"}") ;;
    esac
  done < <(podwright __complete "\${words[@]:1}" 2>/dev/null)
  type compopt &>/dev/null || return 0
  ((directive & 4)) && compopt +o default
  ((directive & 2)) && compopt -o nospace
  return 0
}
complete -o default -F _podwright podwright
`;

const zsh = `#compdef podwright
_podwright() {
  local -a answer candidates
  local line directive
  answer=("\${(@f)$(podwright __complete "\${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
  directive=\${answer[-1]#:}
  for line in "\${(@)answer[1,-2]}"; do
    candidates+=("\${\${line%%$'\\t'*}//:/\\\\:}\${\${(M)line:#*$'\\t'*}:+:\${line#*$'\\t'}}")
  done
  if ((\${#candidates} > 0)); then
    if ((directive & 2)); then _describe -V podwright candidates -S ''; else _describe -V podwright candidates; fi
  elif ((!(directive & 4))); then
    _files
  fi
}
if [[ $funcstack[1] == _podwright ]]; then _podwright "$@"; else compdef _podwright podwright; fi
`;

const fish = `# fish completion for podwright
function __podwright_complete
  set -l words (commandline -opc)
  set -e words[1]
  set -l current (commandline -ct)
  set -l answer (podwright __complete $words "$current" 2>/dev/null)
  set -l directive (string replace : '' -- $answer[-1])
  set -e answer[-1]
  if test (count $answer) -gt 0
    printf '%s\\n' $answer
  else if test "$directive" = 0
    __fish_complete_path "$current"
  end
end
complete -c podwright -f -k -a '(__podwright_complete)'
`;

/** kubectl runs it for `kubectl podwright …`, where it lies on the PATH beside kubectl-podwright as kubectl_complete-podwright. */
const kubectl = `#!/bin/sh
exec kubectl-podwright __complete "$@"
`;

/** By the shell that reads it. */
export const completionScripts = { bash, zsh, fish, kubectl } as const;
