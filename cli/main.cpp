#include "cli/program.hpp"

int main(int argc, char** argv) { return allot::cli::run_program(argc, argv); }
