// DataStax's Node driver against the server: `client.js HOST PORT`.
//
// Prints a line for each thing that works. The line `restart` asks whoever started this program to
// restart the server and to say so on standard input.
'use strict';

const assert = require('node:assert/strict');
const readline = require('node:readline');
const cassandra = require('cassandra-driver');

const [host, port] = process.argv.slice(2);
const { types } = cassandra;
const ok = (what) => console.log('ok:', what);
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

function connect(options) {
  return new cassandra.Client({
    contactPoints: [`${host}:${port}`],
    localDataCenter: 'datacenter1',
    policies: { reconnection: new cassandra.policies.reconnection.ConstantReconnectionPolicy(200) },
    ...options,
  });
}

async function main() {
  const setup = connect();
  await setup.execute('DROP KEYSPACE IF EXISTS node');
  await setup.execute("CREATE KEYSPACE node WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}");
  await setup.shutdown();
  const client = connect({ keyspace: 'node' });
  await client.connect();
  ok('connects');

  await client.execute('CREATE TYPE address (street text, zip int)');
  await client.execute('CREATE TABLE t (k int, c int, v text, PRIMARY KEY (k, c))');
  const table = await client.metadata.getTable('node', 't');
  assert.deepEqual(table.partitionKeys.map((column) => column.name), ['k']);
  assert.deepEqual(table.clusteringKeys.map((column) => column.name), ['c']);
  ok("the driver's metadata have the schema");

  await client.execute(`CREATE TABLE everything (k int PRIMARY KEY, a ascii, b bigint, c blob, d boolean, e date,
    f decimal, g double, h duration, i float, j inet, l smallint, m text, n time, o timestamp, p timeuuid, q tinyint,
    r uuid, s varint, t list<int>, u set<text>, v map<text, int>, w tuple<int, text>, x frozen<address>,
    y vector<float, 3>)`);
  const values = [
    1, 'ascii', types.Long.MIN_VALUE, Buffer.from([0, 255]), true, types.LocalDate.fromString('2026-01-02'),
    types.BigDecimal.fromString('-12.340'), 0.1, new types.Duration(1, 2, types.Long.ZERO), -1.5,
    types.InetAddress.fromString('127.0.0.1'), -7, 'ünïcode', types.LocalTime.fromString('23:59:59.999999999'),
    new Date('2026-01-02T03:04:05.678Z'), types.TimeUuid.fromString('8e144c2e-5f5d-11ee-b962-0242ac120002'), -128,
    types.Uuid.random(), types.Integer.fromString('1208925819614629174706176'), [3, 1, 3], ['a', 'b'], { x: 1 },
    new types.Tuple(5, 'five'), { street: 'Main St', zip: 12345 }, new types.Vector([1, -2.5, 3.25], 'float'),
  ];
  const marks = values.map(() => '?').join(', ');
  await client.execute(`INSERT INTO everything (k,a,b,c,d,e,f,g,h,i,j,l,m,n,o,p,q,r,s,t,u,v,w,x,y) VALUES (${marks})`,
    values, { prepare: true });
  const everything = (await client.execute('SELECT k,a,b,c,d,e,f,g,h,i,j,l,m,n,o,p,q,r,s,t,u,v,w,x,y FROM everything')).first();
  values.forEach((sent, place) => {
    const read = everything.get(place);
    const same = sent !== null && typeof sent.equals === 'function' ? sent.equals(read) : undefined;
    if (sent instanceof types.Vector) {
      assert.deepEqual(Array.from(read), Array.from(sent));
    } else if (same === undefined) {
      assert.deepEqual(JSON.parse(JSON.stringify(read)), JSON.parse(JSON.stringify(sent)), `value ${place}`);
    } else {
      assert.ok(same, `value ${place}: ${read}`);
    }
  });
  ok('every type comes back as it was');

  const insert = 'INSERT INTO t (k, c, v) VALUES (?, ?, ?)';
  await client.execute(insert, [1, 1, 'simple'], { hints: ['int', 'int', 'text'] });
  await client.execute(insert, [1, 1, types.unset], { prepare: true });
  await client.execute('INSERT INTO t (k, c, v) VALUES (:k, :c, :v)', { k: 1, c: 2, v: null }, { prepare: true });
  const rows = (await client.execute('SELECT c, v FROM t WHERE k = 1')).rows;
  assert.deepEqual(rows.map((row) => [row.c, row.v]), [[1, 'simple'], [2, null]]);
  ok('simple and prepared statements, null and unset');

  await Promise.all(Array.from({ length: 500 }, (_, c) => client.execute(insert, [2, c, 'x'], { prepare: true })));
  const seen = [];
  for await (const row of client.stream('SELECT c FROM t WHERE k = 2', [], { fetchSize: 30, prepare: true, autoPage: true })) {
    seen.push(row.c);
  }
  assert.deepEqual(seen, Array.from({ length: 500 }, (_, c) => c));
  ok('pages');

  const queries = [{ query: insert, params: [3, 1, 'a'] }, { query: insert, params: [3, 2, 'b'] }];
  await client.batch(queries, { prepare: true });
  await client.batch(queries, { prepare: true, logged: false });
  await client.execute('CREATE TABLE n (k int PRIMARY KEY, v counter)');
  await client.batch(['UPDATE n SET v = v + 2 WHERE k = 1', 'UPDATE n SET v = v - 1 WHERE k = 1'], { counter: true });
  assert.equal((await client.execute('SELECT * FROM t WHERE k = 3')).rowLength, 2);
  assert.equal((await client.execute('SELECT v FROM n')).first().v.toNumber(), 1);
  ok('logged, unlogged and counter batches');

  const condition = 'INSERT INTO t (k, c, v) VALUES (4, 1, ?) IF NOT EXISTS';
  assert.equal((await client.execute(condition, ['a'], { prepare: true })).wasApplied(), true);
  assert.equal((await client.execute(condition, ['b'], { prepare: true })).wasApplied(), false);
  ok('conditions');

  const codes = types.responseErrorCodes;
  await assert.rejects(client.execute('SELECT FROM'), { code: codes.syntaxError });
  await assert.rejects(client.execute('SELECT * FROM nothing'), { code: codes.invalid, message: 'table nothing does not exist' });
  await assert.rejects(client.execute('CREATE TABLE t (k int PRIMARY KEY)'), { code: codes.alreadyExists, table: 't' });
  ok('errors have their kinds');

  console.log('restart');
  await new Promise((resolve) => readline.createInterface({ input: process.stdin }).once('line', resolve));
  for (let attempt = 0; attempt < 100; attempt += 1) {
    try {
      await client.execute(insert, [9, 9, 'after'], { prepare: true });
      break;
    } catch (error) {
      await pause(200);
    }
  }
  assert.equal((await client.execute('SELECT v FROM t WHERE k = 9')).first().v, 'after');
  ok('reconnects, and prepares again');
  await client.shutdown();
  process.exit(0);
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
