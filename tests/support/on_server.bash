# allot and two helpers for tests whose stores are on a PostgreSQL server. Sourced by the scripts that storage.py writes,
# which set `program`, the allot to run; `server`, the folder of the socket; and `stores`, a folder for the names of the
# databases. This allot is the real one, with the locations among its arguments and in ALLOT_DB replaced.
#
# A store a.db of a test is a database of the server. The file a.db names it: line 1 is a mark, line 2 the database,
# line 3 the file itself. So `ls` shows it, `rm` works, and a file without the mark, as a backup is, is itself.
# A test copies a store by `store-copy FILE COPY` and edits it by `store-sql FILE STATEMENTS`. The `db` of a configuration
# is not replaced, and ALLOT_DB, which is always set, comes before it.
# A server `file:FOLDER` stands for SQLite files in that folder, which tests all of this without a server.

mark='allot: a store on the test server'

# find_database FILE: sets `database`; fails if the file is not a store on the server.
find_database() {
  local lines
  [[ -f $1 && -r $1 ]] && IFS= read -r -n ${#mark} lines <"$1" 2>/dev/null && [[ $lines = "$mark" ]] || return
  mapfile -t lines <"$1"
  if [[ ! ${lines[2]} -ef $1 ]]; then
    echo "tests: $1 was copied or moved from ${lines[2]}, which names a database: use store-copy" >&2
    exit 99
  fi
  database=${lines[1]}
}

# find_location DATABASE FILE: sets `location`, which says how the file was spelled for storage.py to put it back: in
# `sslkey`, which has no effect on a socket. A message shows only the first 80 bytes of a location.
find_location() {
  local LC_ALL=C spelled='' rest=$2 character
  while [[ $rest ]]; do
    character=${rest:0:1} rest=${rest:1}
    [[ $character = [A-Za-z0-9._-] ]] || printf -v character %%%02X "'$character"
    spelled+=$character
  done
  case $server in
    file:*) /bin/mkdir -p "${server#file:}/$1/$spelled" && location=${server#file:}/$1/$spelled/../store ;;
    *) location="postgresql:///$1?host=$server&sslkey=$spelled" ;;
  esac
}

# names_no_store FILE: the file is not there, but could be.
names_no_store() {
  case $1 in '' | :* | file:* | postgres://* | postgresql://*) return 1 ;; esac
  [[ ! -e $1 && ! -L $1 && $1 != */ ]] || return 1
  case $1 in */*) [[ -d ${1%/*}/ ]] ;; esac
}

# map FILE: sets `location`, to what the real allot gets for the file.
map() {
  if find_database "$1"; then
    find_location "$database" "$1"
  elif [[ $made && $1 = "$made" ]]; then
    find_location "$new" "$1"
  elif names_no_store "$1"; then
    find_location absent "$1"
  else
    location=$1
  fi
}

run_psql() { LD_PRELOAD='' /usr/lib/postgresql/15/bin/psql -X -q -At -v ON_ERROR_STOP=1 -h "$server" "$@"; }

# make_database [TEMPLATE]: creates a database and drops those whose files are gone; sets `new`.
make_database() {
  local record file statements=()
  printf -v new s%08x $((${EPOCHREALTIME//[^0-9]/} % 0x100000000))
  for record in "$stores"/s*; do
    [[ -e $record ]] || continue
    read -r file <"$record"
    [[ -e $file ]] && find_database "$file" && [[ $database = "${record##*/}" ]] && continue
    mv "$record" "$stores/gone-${record##*/}" 2>/dev/null && rm "$stores/gone-${record##*/}" || continue  # only one drops it
    case $server in
      file:*) rm -r "${server#file:}/${record##*/}" ;;
      *) statements+=(-c "DROP DATABASE ${record##*/} WITH (FORCE)") ;;
    esac
  done
  case $server in
    file:*)
      mkdir "${server#file:}/$new"
      if [[ $1 ]]; then cp "${server#file:}/$1/store" "${server#file:}/$new/"; fi ;;
    *)
      statements+=(-c "CREATE DATABASE $new TEMPLATE ${1-template0} STRATEGY file_copy")  # the fastest
      run_psql -d postgres "${statements[@]}" >&2 || exit 99 ;;
  esac
}

drop_new_database() {
  case $server in
    file:*) rm -r "${server#file:}/$new" ;;
    *) run_psql -d postgres -c "DROP DATABASE $new WITH (FORCE)" ;;
  esac
}

# name_database FILE: writes the file that names the new database.
name_database() {
  local file
  file=$(realpath -- "$1")
  (umask 077 && printf '%s\n' "$mark" "$new" "$file" >"$1")
  printf '%s\n' "$file" >"$stores/.$new" && mv "$stores/.$new" "$stores/$new"
}

# read_words ARGUMENT...: sets `command`, the first word that is no option; `options`, all short ones; `store`, the store
# of the command; `is_named`, whether --db names it.
read_words() {
  command='' options='' is_named='' store=${ALLOT_DB-allot.db}
  while (($#)); do
    case $1 in
      --) break ;;
      --db) store=${2-} is_named=yes && shift ;;
      --db=*) store=${1#--db=} is_named=yes ;;
      --config | --at | --as | --format | --wait | --if-revision | --color | -m | --message) shift ;;
      --dry-run | --help) options+=nh ;;
      --*) ;;
      -*) options+=$1 ;;
      *) [[ $command ]] || command=$1 ;;
    esac
    shift || break
  done
}

# map_words ARGUMENT...: sets `words`, with every --db mapped.
map_words() {
  words=()
  while (($#)); do
    case $1 in
      --) words+=("$@") && return ;;
      --db)
        words+=("$1")
        if (($# > 1)); then map "$2" && words+=("$location") && shift; fi ;;
      --db=*) map "${1#--db=}" && words+=("--db=$location") ;;
      *) words+=("$1") ;;
    esac
    shift
  done
}

run_allot() {
  local made='' new status
  read_words "$@"
  if [[ $command = init && $options != *[nh]* ]] && names_no_store "$store"; then
    made=$store
    make_database
  fi
  map_words "$@"
  if [[ $command = shell && ! $is_named && " $* " != *" --print-key "* ]]; then
    map allot.db && words=(--db "$location" "${words[@]}")  # a shell does not read ALLOT_DB
  fi
  map "${ALLOT_DB-allot.db}" && export ALLOT_DB=$location
  [[ $made ]] || exec "$program" "${words[@]}"
  "$program" "${words[@]}"
  status=$?
  if ((status == 0)); then name_database "$made"; else drop_new_database; fi
  exit $status
}

# copy_store FILE COPY: a copy that exists is replaced.
copy_store() {
  if ! find_database "$1"; then exec cp "$@"; fi
  make_database "$database" && name_database "$2"
}

# edit_store FILE STATEMENTS: prints the rows as sqlite3 does; foreign keys are not enforced, as in sqlite3.
edit_store() {
  if ! find_database "$1"; then exec sqlite3 "$@"; fi
  case $server in
    file:*) exec sqlite3 "${server#file:}/$database/store" "$2" ;;
    *) run_psql -d "$database" -c 'SET search_path = allot' -c 'SET session_replication_role = replica' -c "$2" ;;
  esac
}

# dump_store FILE: prints all that is in it.
dump_store() {
  find_database "$1" || exec cat "$1"
  case $server in
    file:*) exec cat "${server#file:}/$database/store" ;;
    *) exec /usr/lib/postgresql/15/bin/pg_dump --data-only --schema=allot -h "$server" -d "$database" ;;
  esac
}
