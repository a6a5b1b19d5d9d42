# Runs stages one after the other, for tests/run and tests/long; to be sourced.

stages=$PWD/build/stages  # a file of ctest that has the outcome of each stage
rm -rf "$stages" && mkdir -p "$stages"

# stage NAME COMMAND...: runs a command, says what it does and how long it took, and keeps its exit status; the next stage
# runs whatever that is.
stage() {
  local name=$1 began=$SECONDS status=0 outcome=passed
  shift
  printf '\n== %s: %s\n' "$name" "$*"
  # Not in a condition, where bash would ignore `set -e`.
  ( set -e; "$@" )
  status=$?
  [ "$status" -eq 0 ] || outcome="FAILED with status $status"
  printf '== %s: %s after %d s\n' "$name" "$outcome" $((SECONDS - began))
  printf '%-24s %5d s  %s\n' "$name" $((SECONDS - began)) "$outcome" >>"$stages/summary"
  printf 'add_test("%s" "test" "%d" "-eq" "0")\n' "$name" "$status" >>"$stages/CTestTestfile.cmake"
}

# Says how all stages went; the last lines are those of ctest, in which each stage is a test.
finish() {
  printf '\n== all stages, in %d min\n' $(((SECONDS + 59) / 60))
  cat "$stages/summary"
  ctest --test-dir "$stages"
}

# run_tests PRESET OPTIONS...: the tests of a build.
run_tests() {
  ctest --test-dir "build/$1" --output-on-failure -j "$(nproc)" "${@:2}"
}

# run_future_tests DATE OPTIONS...: the tests that drive the built program, with the real clock at that date. Two are
# left out: libfaketime opens a file of its own before the program starts, which takes the place of the closed standard
# output that the test of crashes wants, and its system calls are not those that the test of injected faults counts.
run_future_tests() {
  faketime -f "@$1 12:00:00" ctest --test-dir build/release --output-on-failure -j "$(nproc)" \
    -L future -E 'system\.(crash|injection.*)' "${@:2}"
}
