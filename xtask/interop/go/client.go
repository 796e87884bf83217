// gocql against the server: `client HOST PORT`.
//
// Prints a line for each thing that works. The line `restart` asks whoever started this program to
// restart the server and to say so on standard input.
package main

import (
	"bufio"
	"context"
	"fmt"
	"math/big"
	"net"
	"os"
	"reflect"
	"strconv"
	"time"

	"github.com/gocql/gocql"
	"gopkg.in/inf.v0"
)

func ok(what string) { fmt.Println("ok:", what) }

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func expect(condition bool, what ...any) {
	if !condition {
		fmt.Fprintln(os.Stderr, what...)
		os.Exit(1)
	}
}

func connect(keyspace string, change func(*gocql.ClusterConfig)) *gocql.Session {
	cluster := gocql.NewCluster(os.Args[1])
	port, err := strconv.Atoi(os.Args[2])
	must(err)
	cluster.Port, cluster.Keyspace, cluster.Timeout = port, keyspace, 20*time.Second
	cluster.ReconnectionPolicy = &gocql.ConstantReconnectionPolicy{MaxRetries: 100, Interval: 200 * time.Millisecond}
	cluster.ReconnectInterval = 500 * time.Millisecond
	change(cluster)
	session, err := cluster.CreateSession()
	must(err)
	return session
}

type address struct {
	Street string `cql:"street"`
	Zip    int    `cql:"zip"`
}

func main() {
	plain := func(*gocql.ClusterConfig) {}
	setup := connect("", plain)
	must(setup.Query("DROP KEYSPACE IF EXISTS go").Exec())
	must(setup.Query("CREATE KEYSPACE go WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}").Exec())
	setup.Close()
	session := connect("go", plain)
	ok("connects")

	must(session.Query("CREATE TYPE address (street text, zip int)").Exec())
	must(session.Query("CREATE TABLE t (k int, c int, v text, PRIMARY KEY (k, c)) WITH CLUSTERING ORDER BY (c DESC)").Exec())
	must(session.AwaitSchemaAgreement(context.Background()))
	metadata, err := session.KeyspaceMetadata("go")
	must(err)
	table := metadata.Tables["t"]
	expect(table.PartitionKey[0].Name == "k" && table.ClusteringColumns[0].Name == "c", "metadata", table)
	ok("the driver's metadata have the schema")

	everyType(session)
	statements(session)
	batches(session)

	applied, err := session.Query("INSERT INTO t (k, c, v) VALUES (4, 1, 'a') IF NOT EXISTS").MapScanCAS(map[string]any{})
	must(err)
	expect(applied, "the first is applied")
	applied, err = session.Query("INSERT INTO t (k, c, v) VALUES (4, 1, 'b') IF NOT EXISTS").MapScanCAS(map[string]any{})
	must(err)
	expect(!applied, "the second is not")
	ok("conditions")

	refused, isKnown := session.Query("SELECT * FROM nothing").Exec().(gocql.RequestError)
	expect(isKnown && refused.Code() == gocql.ErrCodeInvalid && refused.Message() == "table nothing does not exist", refused)
	exists, isKnown := session.Query("CREATE TABLE t (k int PRIMARY KEY)").Exec().(*gocql.RequestErrAlreadyExists)
	expect(isKnown && exists.Keyspace == "go" && exists.Table == "t", exists)
	ok("errors have their kinds")

	compressed := connect("go", func(cluster *gocql.ClusterConfig) { cluster.Compressor = gocql.SnappyCompressor{} })
	expect(compressed.Query("SELECT * FROM t WHERE k = 2").Iter().NumRows() > 0, "no rows")
	compressed.Close()
	ok("Snappy")

	fmt.Println("restart")
	_, err = bufio.NewReader(os.Stdin).ReadString('\n')
	must(err)
	for attempt := 0; attempt < 100; attempt++ {
		if err = session.Query("INSERT INTO t (k, c, v) VALUES (?, ?, ?)", 9, 9, "after").Exec(); err == nil {
			break
		}
		time.Sleep(200 * time.Millisecond)
	}
	must(err)
	ok("reconnects, and prepares again")
	session.Close()
}

func everyType(session *gocql.Session) {
	must(session.Query(`CREATE TABLE everything (k int PRIMARY KEY, a ascii, b bigint, c blob, d boolean, e date, f decimal,
		g double, h duration, i float, j inet, l smallint, m text, n time, o timestamp, p timeuuid, q tinyint, r uuid,
		s varint, t list<int>, u set<text>, v map<text, frozen<list<int>>>, x frozen<address>)`).Exec())
	timeuuid, err := gocql.ParseUUID("8e144c2e-5f5d-11ee-b962-0242ac120002")
	must(err)
	huge := new(big.Int).Lsh(big.NewInt(1), 80)
	sent := []any{1, "ascii", int64(-1 << 63), []byte{0, 255}, true, time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC),
		inf.NewDec(-12340, 3), 0.1, gocql.Duration{Months: 1, Days: 2, Nanoseconds: 3}, float32(-1.5),
		net.ParseIP("::1"), int16(-7), "ünïcode", 86399999999999 * time.Nanosecond,
		time.UnixMilli(1767323045678).UTC(), timeuuid, int8(-128), gocql.MustRandomUUID(), huge, []int{3, 1, 3},
		[]string{"a", "b"}, map[string][]int{"x": {1, 2}}, address{"Main St", 12345}}
	columns := "k,a,b,c,d,e,f,g,h,i,j,l,m,n,o,p,q,r,s,t,u,v,x"
	marks := "?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?"
	must(session.Query("INSERT INTO everything ("+columns+") VALUES ("+marks+")", sent...).Exec())
	read := make([]any, len(sent))
	for place, value := range sent {
		read[place] = reflect.New(reflect.TypeOf(value)).Interface()
	}
	must(session.Query("SELECT " + columns + " FROM everything").Scan(read...))
	for place, value := range sent {
		got := reflect.ValueOf(read[place]).Elem().Interface()
		same := reflect.DeepEqual(got, value) || fmt.Sprint(got) == fmt.Sprint(value)
		expect(same, "value", place, "sent", value, "read", got)
	}
	ok("every type comes back as it was")
}

func statements(session *gocql.Session) {
	must(session.Query("INSERT INTO t (k, c, v) VALUES (1, 1, 'simple')").Exec())
	must(session.Query("INSERT INTO t (k, c, v) VALUES (?, ?, ?)", 1, 1, gocql.UnsetValue).Exec())
	must(session.Query("INSERT INTO t (k, c, v) VALUES (?, ?, ?)", 1, 2, nil).Exec())
	var v *string
	must(session.Query("SELECT v FROM t WHERE k = ? AND c = ?", 1, 1).Scan(&v))
	expect(v != nil && *v == "simple", "unset changed", v)
	must(session.Query("SELECT v FROM t WHERE k = ? AND c = ?", 1, 2).Scan(&v))
	expect(v == nil, "null is not null")
	ok("simple and prepared statements, null and unset")

	for number := 0; number < 300; number++ {
		must(session.Query("INSERT INTO t (k, c, v) VALUES (2, ?, 'x')", number).Exec())
	}
	rows, next, number := session.Query("SELECT c FROM t WHERE k = 2").PageSize(30).Iter(), 299, 0
	expect(rows.NumRows() == 30, "the first page has", rows.NumRows())
	for rows.Scan(&number) {
		expect(number == next, "expected", next, "read", number)
		next--
	}
	must(rows.Close())
	expect(next == -1, "rows are missing")
	ok("pages")
}

func batches(session *gocql.Session) {
	for _, kind := range []gocql.BatchType{gocql.LoggedBatch, gocql.UnloggedBatch} {
		batch := session.NewBatch(kind)
		batch.Query("INSERT INTO t (k, c, v) VALUES (?, ?, ?)", 3, 1, "prepared")
		batch.Query("INSERT INTO t (k, c, v) VALUES (3, 2, 'text')")
		must(session.ExecuteBatch(batch))
	}
	must(session.Query("CREATE TABLE n (k int PRIMARY KEY, v counter)").Exec())
	batch := session.NewBatch(gocql.CounterBatch)
	batch.Query("UPDATE n SET v = v + ? WHERE k = 1", int64(2))
	batch.Query("UPDATE n SET v = v - 1 WHERE k = 1")
	must(session.ExecuteBatch(batch))
	var count int64
	must(session.Query("SELECT v FROM n").Scan(&count))
	expect(count == 1, "the counter is", count)
	ok("logged, unlogged and counter batches")
}
