#include <cstdlib>
#include <iostream>

#include "cli/program.hpp"
#include "libcore/storage/postgresql/connection.hpp"
#include "libcore/storage/postgresql/postgresql.hpp"

int main(int argc, char** argv) {
  allot::use_postgresql();
  const bool is_traced = std::getenv("ALLOT_TRACE_SERVER") != nullptr;  // read now, as a shell clears the environment
  const int status = allot::cli::run_program(argc, argv);
  if (is_traced) {
    const allot::PgTraffic& traffic = allot::PgConnection::traffic_of_process();
    std::cerr << "connections " << traffic.connections << " round trips " << traffic.round_trips << " statements "
              << traffic.statements << '\n';
  }
  return status;
}
