/**
 * The scripts of `lxops completion`. They hold no table of their own: each asks the program that stands on the command
 * line, so a script and a newer program fit together.
 *
 * @module
 */

/** The programs that are completed. */
const PROGRAMS = "lxops lxops-incus lxops-lxd";

const BASH = `# Completion of lxops for bash 4.4 and later: source <(lxops completion bash)
_lxops() {
  local program=\${1/#\\~\\//"$HOME/"}
  mapfile -t COMPREPLY < <("$program" __complete bash "\${COMP_LINE:0:COMP_POINT}" "\${COMP_LINE:COMP_POINT}" \\
    "$COMP_WORDBREAKS" 2>/dev/null </dev/null)
}
complete -o nospace -o nosort -F _lxops ${PROGRAMS}
`;

const ZSH = `#compdef ${PROGRAMS}
# Completion of lxops for zsh, below compinit: source <(lxops completion zsh)
_lxops() {
  local line name help program=\${\${(Q)words[1]}/#\\~\\//$HOME/}
  local -a ends endsShown goesOn goesOnShown before
  before=("\${(@Q)words[1,CURRENT-1]}")
  while IFS= read -r line; do
    name=\${line%%$'\\t'*} help=\${line#*$'\\t'}
    name=\${name[2,-1]}
    [[ -n $help ]] && help="$name  -- $help" || help=$name
    if [[ $line == +* ]]; then
      ends+=("$name") endsShown+=("$help")
    else
      goesOn+=("$name") goesOnShown+=("$help")
    fi
  done < <("$program" __complete zsh "$QIPREFIX$IPREFIX$PREFIX" "\${before[@]}" 2>/dev/null </dev/null)
  (( $#ends + $#goesOn )) || return 1
  (( $#ends )) && compadd -l -d endsShown -a -- ends
  (( $#goesOn )) && compadd -l -S '' -d goesOnShown -a -- goesOn
  return 0
}
if [[ $funcstack[1] == _lxops ]]; then
  _lxops "$@"
else
  compdef _lxops ${PROGRAMS}
fi
`;

const FISH = `# Completion of lxops for fish: lxops completion fish > ~/.config/fish/completions/lxops.fish
function __lxops_complete
    set -l words (commandline -opc)
    set -l program (string replace -r '^~/' "$HOME/" -- $words[1])
    $program __complete fish (commandline -ct) $words 2>/dev/null </dev/null
end
for program in ${PROGRAMS}
    complete -c $program -f -k -a '(__lxops_complete)'
end
`;

/** The scripts by the name of their shell. */
export const SCRIPTS: Readonly<Record<string, string>> = { bash: BASH, zsh: ZSH, fish: FISH };
