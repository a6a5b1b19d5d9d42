#compdef allot
# zsh completion for allot: put it as _allot into a folder of $fpath
_allot() {
  local -a found options described follow display
  local item text description width=0
  found=("${(@f)$(${words[1]} __complete zsh "${(j: :)words[1,CURRENT-1]} $QIPREFIX$PREFIX" 2>/dev/null)}")
  case $found[1] in
    files)
      [[ $PREFIX == -*=* ]] && compset -P '*='
      _files
      return ;;
    native) ;;
    replace) options=(-U) ;;
    list) options=(-U) compstate[insert]= compstate[list]=list ;;
    *) return 1 ;;
  esac
  for item in "${(@)found[3,-1]}"; do
    text=${${item#*$'\t'}%%$'\t'*}
    (( ${(m)#text} > width )) && width=${(m)#text}
    [[ $item == *$'\t' ]] || described=(-l -d display)
  done
  for item in "${(@)found[3,-1]}"; do
    text=${${item#*$'\t'}%%$'\t'*}
    description=${item##*$'\t'}
    case ${item%%$'\t'*} in
      (/) follow=(-q -S /) ;;
      (+) follow=(-S '') ;;
      (*) follow=() ;;
    esac
    display=("$text")
    if [[ -n $description ]]; then
      display=("${(mr:width:)text}  -- $description")
      display=("${${(mr:COLUMNS-1:)display[1]}%%[[:blank:]]##}")
    fi
    compadd -V allot $described $options "${(@)follow}" -- "$text"
  done
  [[ -n $found[2] ]] && compadd -V allot-cut -x "$found[2]"
  return 0
}
if [[ $funcstack[1] == _allot ]]; then
  _allot "$@"
else
  compdef _allot allot
fi
