# fish completion for allot: put it into ~/.config/fish/completions/allot.fish
function __allot_complete
    set -l found (allot __complete fish (commandline -cp | string collect) 2>/dev/null)
    if test "$found[1]" = files
        set -l option (commandline -ct | string match -r '^-[^=]*=')
        __fish_complete_path (commandline -ct | string replace -r '^-[^=]*=' '') | string replace -r '^' -- "$option"
    else
        printf '%s\n' $found[2..-1]
    end
end
complete -c allot -f -k -a '(__allot_complete)'
