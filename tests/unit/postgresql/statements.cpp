// The connection to a server, its statements and results; ALLOT_TEST_SERVER has the socket of a private server.

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <functional>

#include "libcore/storage/postgresql/connection.hpp"
#include "libcore/storage/postgresql/copy.hpp"
#include "libcore/storage/postgresql/cursor.hpp"
#include "libcore/storage/postgresql/query.hpp"
#include "libcore/storage/postgresql/schema_setup.hpp"

namespace {

/// Whether two of three calls of send() find the socket full, as if its reader were a moment late.
bool is_socket_often_full = false;

}  // namespace

/// In place of that of libc, also for libpq.
extern "C" ssize_t send(int socket, const void* data, size_t size, int flags) {
  static int calls = 0;
  if (!is_socket_often_full || ++calls % 3 == 0) return sendto(socket, data, size, flags, nullptr, 0);
  errno = EAGAIN;
  return -1;
}

namespace allot::unit {
namespace {

constexpr std::chrono::milliseconds kNoWait{0};

std::string location_of(const std::string& database) {
  const char* const socket = std::getenv("ALLOT_TEST_SERVER");
  REQUIRE(socket != nullptr);
  return "postgresql:///" + database + "?host=" + socket;
}

/// Creates an empty database, and returns its location.
std::string make_database(const std::string& name) {
  PgConnection connection{location_of("postgres"), kNoWait};
  connection.run_script(("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)").c_str());
  connection.run_script(("CREATE DATABASE " + name).c_str());
  return location_of(name);
}

/// Creates a database with a store.
std::string make_store(const std::string& name) {
  const std::string location = make_database(name);
  PgConnection connection{location, kNoWait};
  connection.begin(PgAccess::schema);
  create_schema(connection);
  connection.commit();
  return location;
}

/// An open write transaction in a store of its own.
struct Fixture {
  explicit Fixture(const std::string& name) : connection{make_store(name), kNoWait} {
    connection.begin(PgAccess::write);
    connection.sync();
    before = connection.traffic();
  }

  std::int64_t round_trips() const { return connection.traffic().round_trips - before.round_trips; }

  PgConnection connection;
  PgTraffic before;
};

ErrorKind kind_of(const std::function<void()>& work, std::string* message = nullptr) {
  try {
    work();
  } catch (const Error& error) {
    if (message != nullptr) *message = error.message();
    return error.kind();
  }
  FAIL("no error");
  return ErrorKind::internal;
}

TEST_CASE("values of every type go to the server and come back") {
  Fixture fixture{"unit_values"};
  const std::string bytes{"\0\xFF'\\", 4};
  PgQuery query(fixture.connection,
                "SELECT $1, $1::integer, ($1 % 10)::smallint, $1 > 0, $2, $3, $4, $5::text, $6::text, $7::bigint");
  query.bind(std::int64_t{-1234567890})
      .bind(std::string_view{"grün \U0001F600"})
      .bind_bytes(bytes)
      .bind(std::optional<std::int64_t>{})
      .bind_null()
      .bind(std::optional<std::string>{})
      .bind(std::optional<std::int64_t>{INT64_MIN});
  REQUIRE(query.step());
  CHECK(query.integer(0) == -1234567890);
  CHECK(query.integer(1) == -1234567890);
  CHECK(query.integer(2) == 0);
  CHECK(query.integer(3) == 0);
  CHECK(query.text(4) == "grün \U0001F600");
  CHECK(query.bytes(5) == bytes);
  CHECK(query.is_null(6));
  CHECK(query.find_integer(6) == std::nullopt);
  CHECK(query.integer(6) == 0);
  CHECK(query.is_null(7));
  CHECK(query.text(7).empty());
  CHECK(query.is_null(8));
  CHECK(query.find_integer(9) == INT64_MIN);
  CHECK_FALSE(query.step());
  PgQuery sum(fixture.connection, "SELECT sum(n) FROM generate_series(1, 3::bigint) n");
  REQUIRE(sum.step());
  CHECK(kind_of([&] { sum.integer(0); }) == ErrorKind::internal);  // a numeric
}

TEST_CASE("arrays, with nulls and empty ones") {
  Fixture fixture{"unit_arrays"};
  PgQuery query(fixture.connection,
                "SELECT a, b, c, d FROM unnest($1, $2, $3, $4) WITH ORDINALITY AS t (a, b, c, d, n) ORDER BY n");
  query.bind(std::vector<std::int64_t>{1, -2})
      .bind(std::vector<std::optional<std::int64_t>>{std::nullopt, 4})
      .bind(std::vector<std::optional<std::string>>{"{\"x\",}", std::nullopt})
      .bind_bytes({std::string("\0\1", 2), ""});
  REQUIRE(query.step());
  CHECK(query.integer(0) == 1);
  CHECK(query.is_null(1));
  CHECK(query.text(2) == "{\"x\",}");
  CHECK(query.bytes(3) == std::string("\0\1", 2));
  REQUIRE(query.step());
  CHECK(query.integer(0) == -2);
  CHECK(query.integer(1) == 4);
  CHECK(query.is_null(2));
  CHECK_FALSE(query.is_null(3));
  CHECK_FALSE(query.step());
  PgQuery empty(fixture.connection, "SELECT count(*) FROM groups WHERE id = ANY ($1) OR name = ANY ($2)");
  empty.bind(std::vector<std::int64_t>{}).bind(std::vector<std::string>{});
  REQUIRE(empty.step());
  CHECK(empty.integer(0) == 0);
}

TEST_CASE("statements are sent with the next wait, in one round trip") {
  Fixture fixture{"unit_pipeline"};
  PgConnection& connection = fixture.connection;
  for (std::int64_t id = 2; id < 12; ++id) {
    PgQuery(connection,
            "INSERT INTO groups (id, parent, name, restriction, suspended, since) VALUES ($1, 1, $2, 0, 0, 1)")
        .bind(id)
        .bind(std::to_string(id))
        .run();
  }
  CHECK(fixture.round_trips() == 0);
  PgQuery update(connection, "UPDATE groups SET suspended = 1 WHERE id > $1");
  update.bind(std::int64_t{5}).run();
  PgQuery count(connection, "SELECT count(*) FROM groups WHERE suspended = 1");
  REQUIRE(count.step());
  CHECK(count.integer(0) == 6);
  CHECK(update.counted() == 6);
  CHECK(fixture.round_trips() == 1);
  connection.commit();
  CHECK(fixture.round_trips() == 2);
  CHECK_FALSE(connection.is_in_transaction());
}

TEST_CASE("what is read ahead costs no round trip, and is forgotten after a write") {
  Fixture fixture{"unit_ahead"};
  PgConnection& connection = fixture.connection;
  const auto count_groups = [&](std::int64_t parent) {
    PgQuery query(connection, "SELECT count(*) FROM groups WHERE id >= $1");
    query.bind(parent);
    return query;
  };
  const auto ask = [&](std::int64_t parent) {
    PgQuery query = count_groups(parent);
    query.step();
    return query.integer(0);
  };
  connection.read_ahead(count_groups(1));
  connection.read_ahead(count_groups(2));
  CHECK(ask(1) == 1);
  CHECK(ask(2) == 0);
  CHECK(fixture.round_trips() == 1);
  CHECK(ask(2) == 0);  // it is taken once
  CHECK(fixture.round_trips() == 2);
  connection.read_ahead(count_groups(2));
  PgQuery(connection,
          "INSERT INTO groups (id, parent, name, restriction, suspended, since) VALUES (2, 1, 'a', 0, 0, 1)")
      .run();
  CHECK(ask(2) == 1);
}

TEST_CASE("a failed statement is reported by the next wait, and a rollback ends the failure") {
  Fixture fixture{"unit_failure"};
  PgConnection& connection = fixture.connection;
  PgQuery(connection,
          "INSERT INTO groups (id, parent, name, restriction, suspended, since) VALUES (2, 1, 'a', 3, 0, 1)")
      .run();
  PgQuery after(connection, "SELECT 1");
  std::string message;
  CHECK(kind_of([&] { after.step(); }, &message) == ErrorKind::store);
  CHECK(message.find("groups_restriction_check") != std::string::npos);
  CHECK(kind_of([&] { connection.commit(); }, &message) == ErrorKind::store);
  CHECK(message.find("groups_restriction_check") != std::string::npos);
  connection.roll_back();
  connection.begin(PgAccess::write);
  CHECK(connection.ask_integer("SELECT count(*) FROM groups") == 1);
  connection.run("SAVEPOINT trial");
  PgQuery(connection, "DELETE FROM nowhere").run();
  connection.give_up("ROLLBACK TO trial");
  CHECK(connection.ask_integer("SELECT count(*) FROM groups") == 1);
  PgQuery(connection, "DELETE FROM nowhere").run();
  connection.roll_back();  // the failure was never waited for
  connection.begin(PgAccess::read);
  CHECK(connection.ask_integer("SELECT count(*) FROM groups") == 1);
  CHECK(kind_of([&] { PgQuery(connection, "DELETE FROM groups").run_counted(); }, &message) == ErrorKind::store);
  CHECK(message.find("is read-only") != std::string::npos);
  connection.roll_back();
}

TEST_CASE("more than the buffers of both sides is sent without a wait") {
  Fixture fixture{"unit_much"};
  PgConnection& connection = fixture.connection;
  const std::string text(10'000, 'x');
  for (int i = 0; i < 3000; ++i) PgQuery(connection, "SELECT $1 || $1").bind(std::string_view{text}).run();
  CHECK(fixture.round_trips() == 0);
  CHECK(connection.ask_integer("SELECT 1::bigint") == 1);
  CHECK(fixture.round_trips() == 1);
}

TEST_CASE("a socket that is full for a moment is written to again, without a wait for an answer") {
  Fixture fixture{"unit_full"};
  is_socket_often_full = true;
  alarm(60);  // a wait for an answer would last an hour
  const std::string text(10'000, 'x');
  for (int i = 0; i < 300; ++i) PgQuery(fixture.connection, "SELECT $1 || $1").bind(std::string_view{text}).run();
  CHECK(fixture.connection.ask_integer("SELECT 1::bigint") == 1);
  CopyIn copy(fixture.connection,
              "COPY groups (id, parent, name, restriction, suspended, since) FROM STDIN (FORMAT binary)");
  for (std::int64_t id = 2; id < 20'002; ++id) {
    copy.begin_row(6);
    copy.put_bigint(id);
    copy.put_bigint(1);
    copy.put_text(std::to_string(id));
    copy.put_smallint(0);
    copy.put_smallint(0);
    copy.put_bigint(1);
  }
  CHECK(copy.finish() == 20'000);
  alarm(0);
  is_socket_often_full = false;
}

TEST_CASE("a cursor reads all rows in batches, while other queries run") {
  Fixture fixture{"unit_cursor"};
  PgConnection& connection = fixture.connection;
  for (const std::int64_t most : {0, 1, 1999, 2000, 2001, 5000}) {
    CAPTURE(most);
    PgCursor rows(connection, "SELECT n, 'row ' || n FROM generate_series(1, $1) n ORDER BY n");
    rows.bind(most);
    std::int64_t count = 0;
    while (rows.step()) {
      ++count;
      if (rows.integer(0) != count || rows.text(1) != "row " + std::to_string(count)) FAIL("another row");
      if (count % 999 == 0) CHECK(connection.ask_integer("SELECT 7::bigint") == 7);
    }
    CHECK(count == most);
    CHECK_FALSE(rows.step());
  }
  {
    PgCursor left(connection, "SELECT n FROM generate_series(1, 10000::bigint) n");
    CHECK(left.step());
  }
  CHECK(connection.ask_integer("SELECT count(*) FROM pg_cursors WHERE name <> ''") == 0);
}

TEST_CASE("COPY inserts rows, and its failures are errors") {
  Fixture fixture{"unit_copy"};
  PgConnection& connection = fixture.connection;
  constexpr const char* kCopy =
      "COPY groups (id, parent, name, kind, restriction, suspended, since) FROM STDIN (FORMAT binary)";
  const auto put = [](CopyIn& copy, std::int64_t id, std::int64_t restriction) {
    copy.begin_row(7);
    copy.put_bigint(id);
    copy.put_bigint(1);
    copy.put_text(std::to_string(id));
    copy.put_null();
    copy.put_smallint(restriction);
    copy.put_smallint(0);
    copy.put_bigint(1);
  };
  {
    CopyIn copy(connection, kCopy);
    for (std::int64_t id = 2; id < 50'002; ++id) put(copy, id, 0);
    CHECK(copy.finish() == 50'000);
  }
  CHECK(connection.ask_integer("SELECT count(*) FROM groups WHERE name = id::text AND kind IS NULL") == 50'000);
  connection.run("SAVEPOINT trial");
  {
    CopyIn copy(connection, kCopy);
    put(copy, 60'000, 9);
    CHECK(kind_of([&] { copy.finish(); }) == ErrorKind::store);
  }
  connection.give_up("ROLLBACK TO trial");
  CHECK(kind_of([&] { CopyIn(connection, "COPY nowhere FROM STDIN (FORMAT binary)"); }) == ErrorKind::store);
  connection.give_up("ROLLBACK TO trial");
  {
    CopyIn copy(connection, kCopy);
    put(copy, 60'000, 0);
  }
  connection.give_up("ROLLBACK TO trial");
  CHECK(connection.ask_integer("SELECT count(*) FROM groups") == 50'001);
}

TEST_CASE("a lock that others keep is waited for as long as asked, then the store is busy") {
  const std::string location = make_store("unit_busy");
  PgConnection holder{location, kNoWait};
  holder.begin(PgAccess::write);
  CHECK(holder.ask_integer("SELECT revision FROM store FOR UPDATE") == 0);
  PgConnection waiter{location, kNoWait};
  waiter.begin(PgAccess::write);
  CHECK(kind_of([&] { waiter.ask_integer("SELECT revision FROM store FOR UPDATE"); }) == ErrorKind::busy);
  waiter.roll_back();
  holder.roll_back();
  holder.sync();
  waiter.begin(PgAccess::write);
  CHECK(waiter.ask_integer("SELECT revision FROM store FOR UPDATE") == 0);
}

TEST_CASE("objects of other schemas and temporary ones are not used") {
  const std::string location = make_store("unit_path");
  PgConnection connection{location, kNoWait};
  connection.run_script("CREATE TABLE public.groups (id bigint); CREATE TEMPORARY TABLE groups (id bigint)");
  connection.run_script("CREATE FUNCTION public.count(bigint) RETURNS bigint LANGUAGE sql AS 'SELECT 666::bigint'");
  connection.run_script("SET search_path = public");
  connection.begin(PgAccess::read);
  CHECK(connection.ask_integer("SELECT count(id) FROM groups") == 1);
}

TEST_CASE("a store exists once, and a database without one says so") {
  const std::string location = make_database("unit_setup");
  PgConnection connection{location, kNoWait};
  connection.begin(PgAccess::schema);
  CHECK_FALSE(has_schema(connection));
  connection.roll_back();
  connection.begin(PgAccess::write);
  std::string message;
  CHECK(kind_of([&] { connection.ask_integer("SELECT 1::bigint"); }, &message) == ErrorKind::store);
  CHECK(message.starts_with("there is no store"));
  connection.roll_back();
  connection.begin(PgAccess::schema);
  create_schema(connection);
  connection.commit();
  connection.begin(PgAccess::schema);
  CHECK(has_schema(connection));
  CHECK(kind_of([&] { create_schema(connection); }) == ErrorKind::exists);
  connection.roll_back();
}

TEST_CASE("a connection that ends is a failure of the store, and the next transaction has another one") {
  const std::string location = make_store("unit_lost");
  PgConnection connection{location, kNoWait};
  connection.begin(PgAccess::write);
  const std::int64_t process = connection.ask_integer("SELECT pg_backend_pid()");
  PgConnection other{location, kNoWait};
  other.run_script(("SELECT pg_terminate_backend(" + std::to_string(process) + ", 10000)").c_str());
  std::string message;
  CHECK(kind_of([&] { connection.commit(); }, &message) == ErrorKind::store);
  CHECK(connection.is_lost());
  CHECK(message.find("was lost while the change was saved") != std::string::npos);
  CHECK(kind_of([&] { connection.ask_integer("SELECT revision FROM store"); }) == ErrorKind::store);
  connection.roll_back();
  connection.begin(PgAccess::read);
  CHECK_FALSE(connection.is_lost());
  CHECK(connection.ask_integer("SELECT revision FROM store") == 0);
  CHECK(connection.ask_integer("SELECT pg_backend_pid()") != process);
}

TEST_CASE("a server that stops answering is noticed") {
  const std::string location = make_store("unit_silent");
  PgConnection connection{location, kNoWait};
  connection.begin(PgAccess::write);
  const auto process = static_cast<pid_t>(connection.ask_integer("SELECT pg_backend_pid()"));
  const auto server = static_cast<pid_t>(
      connection.ask_integer("SELECT (regexp_split_to_array(pg_read_file('postmaster.pid'), '\n'))[1]::bigint"));
  for (const pid_t each : {server, process}) REQUIRE(kill(each, SIGSTOP) == 0);
  std::string message;
  CHECK(kind_of([&] { connection.ask_integer("SELECT 1::bigint"); }, &message) == ErrorKind::store);
  for (const pid_t each : {server, process}) kill(each, SIGCONT);
  CHECK(message.find("does not answer any more") != std::string::npos);
  CHECK(connection.is_lost());
}

}  // namespace
}  // namespace allot::unit
