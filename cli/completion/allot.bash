# bash completion for allot: source it, or put it into /usr/share/bash-completion/completions/allot
_allot() {
  local line=${COMP_LINE:0:COMP_POINT} found
  mapfile -t found < <("$1" __complete bash "$line" "${line%"$2"}" "$COMP_TYPE" 2>/dev/null)
  COMPREPLY=("${found[@]:1}")
  compopt -o nosort 2>/dev/null
  case ${found[0]} in
    files) compopt -o default ;;
    part) compopt -o nospace ;;
  esac
}
complete -F _allot allot
