"""cqlsh against the server: `client.py CQLSH HOST PORT`.

Runs cqlsh as a person does: DESCRIBE, COPY, pages, and completion at a terminal. Prints a line for
each thing that works.
"""

import os
import pathlib
import pty
import select
import subprocess
import sys
import tempfile
import time

CQLSH, HOST, PORT = sys.argv[1:4]
FOLDER = pathlib.Path(tempfile.mkdtemp())
ENVIRONMENT = dict(os.environ, HOME=str(FOLDER), CQLSH_NO_BUNDLED="", TERM="dumb", LC_ALL="C.UTF-8")


def ok(what):
    print("ok:", what, flush=True)


def run(script, *options):
    command = [CQLSH, HOST, PORT, "--no-color", *options]
    done = subprocess.run(command, input=script, capture_output=True, text=True, timeout=120, env=ENVIRONMENT)
    assert not done.stderr.strip(), done.stderr
    return done.stdout


def expect(part, text):
    assert part in text, f"{part!r} is not in\n{text}"


setup = """
DROP KEYSPACE IF EXISTS shell;
CREATE KEYSPACE shell WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1};
USE shell;
CREATE TYPE address (street text, zip int);
CREATE TABLE people (id int, day date, name text, tags set<text>, home frozen<address>, PRIMARY KEY (id, day))
    WITH CLUSTERING ORDER BY (day DESC) AND comment = 'it''s people';
CREATE INDEX by_name ON people (name);
INSERT INTO people (id, day, name, tags, home) VALUES (1, '2026-01-02', 'Ada', {'a', 'b'}, {street: 'Main', zip: 1});
INSERT INTO people (id, day, name) VALUES (1, '2026-01-03', 'Zoë');
SELECT * FROM people;
"""
out = run(setup)
expect("  1 | 2026-01-03 |                     null |  Zoë |       null", out)
expect("  1 | 2026-01-02 | {street: 'Main', zip: 1} |  Ada | {'a', 'b'}", out)
expect("(2 rows)", out)
ok("statements and their rows")

out = run("DESCRIBE KEYSPACE shell;")
expect("CREATE KEYSPACE shell WITH replication = {'class': 'SimpleStrategy', 'replication_factor': '1'}  "
       "AND durable_writes = true;", out)
expect("CREATE TYPE shell.address (\n    street text,\n    zip int\n);", out)
expect("    day date,\n    home frozen<address>,\n    name text,\n    tags set<text>,\n    PRIMARY KEY (id, day)\n"
       ") WITH CLUSTERING ORDER BY (day DESC)\n    AND additional_write_policy = '99p'", out)
expect("AND comment = 'it''s people'", out)
expect("CREATE INDEX by_name ON shell.people (name);", out)
expect("people", run("USE shell; DESCRIBE TABLES;"))
expect("system_virtual_schema", run("DESCRIBE KEYSPACES;"))
expect("Cluster: quorate\nPartitioner: Murmur3Partitioner\nSnitch: SimpleSnitch", run("DESCRIBE CLUSTER;"))
expect("CREATE TABLE shell.people", run("DESCRIBE SCHEMA;"))
expect("CREATE TABLE shell.people", run("DESCRIBE shell.people;"))
ok("DESCRIBE")

expect("4", run("SHOW VERSION;"))
expect("Consistency level set to QUORUM.", run("CONSISTENCY QUORUM;"))
expect('"name": "Ada"', run("SELECT JSON name FROM shell.people WHERE id = 1 AND day = '2026-01-02';"))
ok("SHOW, CONSISTENCY, SELECT JSON")

done = subprocess.run([CQLSH, HOST, PORT, "-e", "SELECT * FROM shell.nothing"], capture_output=True, text=True,
                      env=ENVIRONMENT)
expect('InvalidRequest: Error from server: code=2200 [Invalid query] message="table nothing does not exist"',
       done.stderr)
ok("errors")

rows = FOLDER / "rows.csv"
rows.write_text("".join(f"{number},2026-01-{number % 28 + 1:02},name {number},\"{{'x', 'y'}}\"\n" for number in range(5000)))
out = run(f"COPY shell.people (id, day, name, tags) FROM '{rows}';")
expect("5000 rows imported from 1 files", out)
back = FOLDER / "back.csv"
out = run(f"COPY shell.people (id, day, name, tags) TO '{back}';")
# One of the rows has the key of a row that was there.
expect("5001 rows exported to 1 files", out)
assert set(rows.read_text().splitlines()) <= set(back.read_text().replace("\r", "").splitlines())
ok("COPY FROM and TO")


def terminal(keys, until, seconds=30):
    """Types at a terminal and gives what it shows, once it shows `until`."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(CQLSH, [CQLSH, HOST, PORT, "--no-color"], ENVIRONMENT)
    shown, end = "", time.monotonic() + seconds
    pending = list(keys)
    try:
        while time.monotonic() < end:
            if pending and shown.rstrip().endswith(pending[0][0]):
                os.write(terminal, pending.pop(0)[1].encode())
            if select.select([terminal], [], [], 0.2)[0]:
                shown += os.read(terminal, 65536).decode(errors="replace")
            if not pending and until in shown:
                return shown
    finally:
        os.kill(pid, 9)
        os.waitpid(pid, 0)
    raise AssertionError(f"{until!r} did not appear in\n{shown}")


terminal([("cqlsh>", "SELECT * FROM shell.peo\t")], "shell.people")
terminal([("cqlsh>", "SELECT * FROM shell.people WHERE \t\t")], "TOKEN(")
ok("completion of names")

terminal([("cqlsh>", "PAGING 10;\n"), ("cqlsh>", "SELECT id FROM shell.people;\n"), ("---MORE---", "\n")], "---MORE---")
ok("pages")
