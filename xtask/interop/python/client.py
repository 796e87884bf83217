"""DataStax's Python driver against the server: `client.py HOST PORT`.

Prints a line for each thing that works. The line `restart` asks whoever started this program to
restart the server and to say so on standard input.
"""

import datetime
import decimal
import ipaddress
import sys
import time
import uuid

from cassandra import AlreadyExists, InvalidRequest, ConsistencyLevel
from cassandra.cluster import Cluster, ExecutionProfile, EXEC_PROFILE_DEFAULT, NoHostAvailable
from cassandra.policies import ConstantReconnectionPolicy
from cassandra.protocol import SyntaxException
from cassandra.query import BatchStatement, BatchType, SimpleStatement, UNSET_VALUE, tuple_factory
from cassandra.util import Date, Duration, Time, OrderedMapSerializedKey, SortedSet

HOST, PORT = sys.argv[1], int(sys.argv[2])


def connect(**options):
    profile = ExecutionProfile(row_factory=tuple_factory, request_timeout=20)
    return Cluster([HOST], port=PORT, execution_profiles={EXEC_PROFILE_DEFAULT: profile},
                   reconnection_policy=ConstantReconnectionPolicy(0.2, max_attempts=None), **options)


def ok(what):
    print("ok:", what, flush=True)


def raises(kind, action):
    try:
        action()
    except kind as error:
        return error
    raise AssertionError(f"{kind.__name__} was expected")


cluster = connect()
session = cluster.connect()
assert cluster.protocol_version == 4, cluster.protocol_version
ok("connects and steps down to version 4")

session.execute("DROP KEYSPACE IF EXISTS python")
session.execute("CREATE KEYSPACE python WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}")
session.set_keyspace("python")
session.execute("CREATE TYPE address (street text, zip int)")
session.execute("CREATE TABLE t (k int, c int, v text, s text static, PRIMARY KEY (k, c)) "
                "WITH CLUSTERING ORDER BY (c DESC) AND comment = 'a table'")
table = cluster.metadata.keyspaces["python"].tables["t"]
assert [column.name for column in table.primary_key] == ["k", "c"]
assert table.columns["c"].is_reversed and table.columns["s"].is_static
assert "address" in cluster.metadata.keyspaces["python"].user_types
assert "CLUSTERING ORDER BY (c DESC)" in table.export_as_string()
ok("the driver's metadata have the schema")

other = connect()
other_session = other.connect("python")
other_session.execute("CREATE TABLE made_elsewhere (k int PRIMARY KEY)")
for _ in range(100):
    if "made_elsewhere" in cluster.metadata.keyspaces["python"].tables:
        break
    time.sleep(0.1)
assert "made_elsewhere" in cluster.metadata.keyspaces["python"].tables
other.shutdown()
ok("a change of the schema elsewhere arrives as an event")

session.execute("""CREATE TABLE everything (k int PRIMARY KEY, a ascii, b bigint, c blob, d boolean, e date, f decimal,
    g double, h duration, i float, j inet, l smallint, m text, n time, o timestamp, p timeuuid, q tinyint, r uuid,
    s varint, t list<int>, u set<text>, v map<text, frozen<list<int>>>, w tuple<int, text>, x frozen<address>,
    y vector<float, 3>)""")
values = (1, "ascii", -2**63, b"\x00\xff", True, Date(20000), decimal.Decimal("-12.340"), 0.1, Duration(1, 2, 3),
          -1.5, "::1", -7, "ünïcode", Time(86399999999999), datetime.datetime(2026, 1, 2, 3, 4, 5, 678000),
          uuid.UUID("8e144c2e-5f5d-11ee-b962-0242ac120002"), -128, uuid.UUID(int=42), 2**80, [3, 1, 3],
          SortedSet(["b", "a"]), {"x": [1, 2]}, (5, None), ("Main St", 12345), [1.0, -2.5, 3.25])
marks = ", ".join("?" * len(values))
insert = session.prepare(f"INSERT INTO everything (k,a,b,c,d,e,f,g,h,i,j,l,m,n,o,p,q,r,s,t,u,v,w,x,y) VALUES ({marks})")
session.execute(insert, values)
row = session.execute("SELECT k,a,b,c,d,e,f,g,h,i,j,l,m,n,o,p,q,r,s,t,u,v,w,x,y FROM everything").one()
for sent, read in zip(values, row):
    read = dict(read) if isinstance(read, OrderedMapSerializedKey) else read
    assert tuple(read) == tuple(sent) if isinstance(sent, (tuple, SortedSet)) else read == sent, (sent, read)
ok("every type comes back as it was")

session.execute("INSERT INTO t (k, c, v) VALUES (%s, %s, %s)", (1, 1, "simple"))
session.execute("INSERT INTO t (k, c, v) VALUES (%(k)s, %(c)s, %(v)s)", {"k": 1, "c": 2, "v": "named"})
insert = session.prepare("INSERT INTO t (k, c, v) VALUES (?, ?, ?)")
assert insert.routing_key_indexes == [0]
session.execute(insert, (1, 2, UNSET_VALUE))
session.execute(insert, (1, 1, None))
assert list(session.execute("SELECT c, v FROM t WHERE k = 1")) == [(2, "named"), (1, None)]
ok("simple and prepared statements, null and unset")

for write in [session.execute_async(insert, (2, number, "x")) for number in range(1000)]:
    write.result()
select = SimpleStatement("SELECT c FROM t WHERE k = 2", fetch_size=30)
result = session.execute(select)
assert len(result.current_rows) == 30 and result.has_more_pages
assert [row[0] for row in result] == list(range(999, -1, -1))
ok("pages")

for kind in (BatchType.LOGGED, BatchType.UNLOGGED):
    batch = BatchStatement(kind)
    batch.add(insert, (3, 1, "prepared"))
    batch.add("INSERT INTO t (k, c, v) VALUES (3, 2, 'text')")
    session.execute(batch)
session.execute("CREATE TABLE n (k int PRIMARY KEY, v counter)")
batch = BatchStatement(BatchType.COUNTER)
batch.add("UPDATE n SET v = v + 2 WHERE k = 1")
batch.add("UPDATE n SET v = v - 1 WHERE k = 1")
session.execute(batch)
assert len(list(session.execute("SELECT * FROM t WHERE k = 3"))) == 2
assert session.execute("SELECT v FROM n").one() == (1,)
ok("logged, unlogged and counter batches")

first = session.execute("INSERT INTO t (k, c, v) VALUES (4, 1, 'a') IF NOT EXISTS")
second = session.execute("INSERT INTO t (k, c, v) VALUES (4, 1, 'b') IF NOT EXISTS")
assert first.was_applied and not second.was_applied
ok("conditions")

raises(SyntaxException, lambda: session.execute("SELECT FROM"))
error = raises(InvalidRequest, lambda: session.execute("SELECT * FROM nothing"))
assert "table nothing does not exist" in str(error), error
error = raises(AlreadyExists, lambda: session.execute("CREATE TABLE t (k int PRIMARY KEY)"))
assert (error.keyspace, error.table) == ("python", "t")
two = SimpleStatement("SELECT * FROM t", consistency_level=ConsistencyLevel.TWO)
error = raises(NoHostAvailable, lambda: session.execute(two))
assert "Cannot achieve consistency level TWO" in str(error), error
ok("errors have their kinds")

for compression in ("lz4", "snappy"):
    compressed = connect(compression=compression)
    assert len(list(compressed.connect("python").execute("SELECT * FROM t WHERE k = 2"))) == 1000
    compressed.shutdown()
ok("both compressions")

print("restart", flush=True)
sys.stdin.readline()
for _ in range(100):
    try:
        assert len(list(session.execute(insert.bind((9, 9, "after"))))) == 0
        break
    except Exception:
        time.sleep(0.2)
assert session.execute("SELECT v FROM t WHERE k = 9").one() == ("after",)
ok("reconnects, and prepares again")
cluster.shutdown()
