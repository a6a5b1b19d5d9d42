"""The installation works: the program, its manual pages, completions and units, and a program of another project that
links the library by CMake or pkg-config; the versions of program, package and change log agree."""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

BUILD = next(folder for folder in pathlib.Path(sys.argv[1]).resolve().parents if (folder / "CMakeCache.txt").exists())

ROOT = pathlib.Path(__file__).resolve().parents[2]
VERSION = re.search(r"^project\(allot VERSION (\S+)", (ROOT / "CMakeLists.txt").read_text(), re.M)[1]

CMAKE = """cmake_minimum_required(VERSION 3.25)
project(consumer LANGUAGES CXX)
find_package(allot 0.9 REQUIRED)
add_executable(consumer main.cpp)
target_link_libraries(consumer PRIVATE allot::core)
"""

PROGRAM = """#include <iostream>

#include "libcore/edit/init.hpp"
#include "libcore/edit/members.hpp"
#include "libcore/query/view.hpp"
#include "libcore/storage/location.hpp"

int main(int, char** argv) {
  const allot::Day today = *allot::Day::parse("2026-11-24");
  allot::LicenseChange license;
  license.grant.counts.emplace_back("sip", 5);
  allot::NewStore wanted;
  wanted.path = argv[1];
  wanted.license = license;
  wanted.today = today;
  allot::init_store(wanted);
  allot::Engine engine{allot::open_store(argv[1], allot::kDefaultWait), today};
  allot::MembershipChange grant;
  grant.grant.counts.emplace_back("sip", 6);
  try {
    allot::Write write{engine, allot::DryRun::no};
    add_member(write, allot::Path{}, "bob@x.example", grant, allot::IfExists::fail);
    return 1;
  } catch (const allot::Error& error) {
    std::cout << error.message() << '\\n';
  }
  allot::View view{engine};
  std::cout << *allot::state_of_counted(view.ancestors(allot::Path{}), 0, today).available << " left\\n";
}
"""


def run(*words: str, **options) -> str:
    done = subprocess.run(words, capture_output=True, text=True, **options)
    if done.returncode != 0:
        sys.exit(f"{' '.join(words)}: {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def compare_files(prefix: pathlib.Path) -> None:
    """What shells, systemd and people find in the installation."""
    for path, source in (("share/bash-completion/completions/allot", "bash"), ("share/zsh/site-functions/_allot", "zsh"),
                         ("share/fish/vendor_completions.d/allot.fish", "fish")):
        assert (prefix / path).read_text() == run(str(prefix / "bin/allot"), "completion", source), path
    for path in ("lib/systemd/system/allot-remind.timer", "lib/sysusers.d/allot.conf", "lib/tmpfiles.d/allot.conf",
                 "share/doc/allot/README.md", "share/doc/allot/examples/ceilings.yaml", "share/doc/allot/examples/ansible/dealer-tree.yml",
                 "share/doc/allot/examples/ansible/collections/ansible_collections/allot/allot/plugins/modules/allot_group.py"):
        assert (prefix / path).exists(), path
    # The service starts the program where it was configured to be installed.
    cache = (BUILD / "CMakeCache.txt").read_text()
    configured = re.search(r"^CMAKE_INSTALL_PREFIX:PATH=(.*)$", cache, re.M)[1]
    service = (prefix / "lib/systemd/system/allot-remind.service").read_text()
    assert f"\nExecStart={configured}/bin/allot --config " in service, service
    assert not list(prefix.rglob("quickstart")), "the example that builds allot"
    assert not list((prefix / "share/doc").rglob("__pycache__")), "what Python compiled"
    script = prefix / "share/doc/allot/examples/postgresql/setup"
    assert os.access(script, os.X_OK) and "there is no allot" in subprocess.run(
        ["sh", str(script), "--built", "/nowhere"], capture_output=True, text=True).stderr, "the installed example"


def compare_versions() -> None:
    """The program, the package and the change log have one version."""
    package = re.match(r"allot \((.*)-\d+\) ", (ROOT / "packaging/debian/changelog").read_text())[1]
    assert package == VERSION, f"the package has the version {package}, the program {VERSION}"
    collection = ROOT / "examples/ansible/collections/ansible_collections/allot/allot/galaxy.yml"
    assert f"\nversion: {VERSION}\n" in collection.read_text(), f"{collection} has not the version {VERSION}"
    newest = re.search(r"^## (.*)$", (ROOT / "CHANGELOG.md").read_text(), re.M)[1]
    assert newest == "Unreleased" or newest.startswith(f"{VERSION}, "), f"CHANGELOG.md begins with {newest}"


def main() -> int:
    compare_versions()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        prefix = folder / "prefix"
        run("cmake", "--install", str(BUILD), "--prefix", str(prefix))
        version = run(str(prefix / "bin/allot"), "--version")
        assert version == f"allot {VERSION}\nstorages: SQLite, PostgreSQL\n", version
        mail = run(str(prefix / "libexec/allot/allot-mail"), input='{"transport":null,"starttls":"required","user":null,'
                   '"password":null,"timeout":30}\n')
        assert mail == '{"ready":true}\n', mail
        server = subprocess.run([str(prefix / "bin/allot"), "--db", "postgresql:///allot?host=/nowhere", "check"],
                                capture_output=True, text=True)
        assert server.returncode == 7 and "/nowhere/.s.PGSQL.5432" in server.stderr, server.stderr
        # The library and its headers need no libpq.
        assert not any("postgresql" in str(file) for file in (prefix / "include").rglob("*")), "headers of libpq's users"
        (prefix / "libexec/allot/allot-postgresql").unlink()
        server = subprocess.run([str(prefix / "bin/allot"), "--db", "postgresql:///allot?host=/nowhere", "check"],
                                capture_output=True, text=True)
        version = run(str(prefix / "bin/allot"), "--version")
        assert version == f"allot {VERSION}\nstorages: SQLite; allot-postgresql is not installed\n", version
        assert (server.returncode, server.stderr) == (
            7, "allot: the store is on a PostgreSQL server, which the program allot-postgresql is needed for\n"
            "install the package allot-postgresql\n"), server.stderr
        for name in ("roles.sql", "grants.sql"):
            assert (prefix / "share/allot/schemas/postgresql" / name).exists(), name
        for page in ("man1/allot.1", "man5/allot-hierarchy.5", "man7/allot-postgresql.7", "man7/allot-rules.7"):
            assert (prefix / "share/man" / page).exists(), page
        assert (prefix / "share/allot/schemas/hierarchy.schema.json").exists()
        compare_files(prefix)
        source = folder / "consumer"
        source.mkdir()
        (source / "CMakeLists.txt").write_text(CMAKE)
        (source / "main.cpp").write_text(PROGRAM)
        run("cmake", "-S", str(source), "-B", str(source / "build"), f"-DCMAKE_PREFIX_PATH={prefix}")
        run("cmake", "--build", str(source / "build"))
        flags = run("pkg-config", "--cflags", "--libs", "allot", env={**os.environ, "PKG_CONFIG_PATH": str(next(prefix.rglob("pkgconfig")))})
        run("g++", "-std=c++20", str(source / "main.cpp"), *flags.split(), "-o", str(source / "by-pkg-config"))
        for program in (source / "build/consumer", source / "by-pkg-config"):
            said = run(str(program), str(folder / f"{program.name}.db"), env={**os.environ, "ALLOT_TODAY": ""})
            assert "at most 5 would be accepted" in said and said.endswith("5 left\n"), said
            print(said, end="")
    return 0


sys.exit(main())
