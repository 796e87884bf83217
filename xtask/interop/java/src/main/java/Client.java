// DataStax's Java driver against the server: `Client HOST PORT`.
//
// Prints a line for each thing that works. The line `restart` asks whoever started this program to
// restart the server and to say so on standard input.

import com.datastax.oss.driver.api.core.AllNodesFailedException;
import com.datastax.oss.driver.api.core.CqlIdentifier;
import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.DefaultConsistencyLevel;
import com.datastax.oss.driver.api.core.config.DefaultDriverOption;
import com.datastax.oss.driver.api.core.config.DriverConfigLoader;
import com.datastax.oss.driver.api.core.cql.*;
import com.datastax.oss.driver.api.core.data.CqlDuration;
import com.datastax.oss.driver.api.core.data.CqlVector;
import com.datastax.oss.driver.api.core.data.TupleValue;
import com.datastax.oss.driver.api.core.data.UdtValue;
import com.datastax.oss.driver.api.core.metadata.schema.TableMetadata;
import com.datastax.oss.driver.api.core.servererrors.*;
import com.datastax.oss.driver.api.core.type.TupleType;
import com.datastax.oss.driver.api.core.type.UserDefinedType;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.*;
import java.util.*;

public class Client {
  private static String host;
  private static int port;

  public static void main(String[] arguments) throws Exception {
    host = arguments[0];
    port = Integer.parseInt(arguments[1]);
    try (CqlSession setup = connect(null, "none")) {
      setup.execute("DROP KEYSPACE IF EXISTS java");
      setup.execute(
          "CREATE KEYSPACE java WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}");
    }
    try (CqlSession session = connect("java", "none")) {
      ok("connects and steps down to version " + session.getContext().getProtocolVersion().getCode());
      schema(session);
      everyType(session);
      statements(session);
      batches(session);
      errors(session);
      try (CqlSession compressed = connect("java", "lz4")) {
        expect(compressed.execute("SELECT * FROM t WHERE k = 2").all().size() == 500, "LZ4");
      }
      ok("LZ4");
      restart(session);
    }
    System.exit(0);
  }

  private static CqlSession connect(String keyspace, String compression) {
    DriverConfigLoader options =
        DriverConfigLoader.programmaticBuilder()
            .withDuration(DefaultDriverOption.REQUEST_TIMEOUT, Duration.ofSeconds(20))
            .withDuration(DefaultDriverOption.CONNECTION_INIT_QUERY_TIMEOUT, Duration.ofSeconds(20))
            .withDuration(DefaultDriverOption.RECONNECTION_BASE_DELAY, Duration.ofMillis(100))
            .withDuration(DefaultDriverOption.RECONNECTION_MAX_DELAY, Duration.ofMillis(500))
            .withString(DefaultDriverOption.PROTOCOL_COMPRESSION, compression)
            .build();
    return CqlSession.builder()
        .addContactPoint(new InetSocketAddress(host, port))
        .withLocalDatacenter("datacenter1")
        .withConfigLoader(options)
        .withKeyspace(keyspace == null ? null : CqlIdentifier.fromCql(keyspace))
        .build();
  }

  private static void schema(CqlSession session) {
    session.execute("CREATE TYPE address (street text, zip int)");
    session.execute("CREATE TABLE t (k int, c int, v text, PRIMARY KEY (k, c)) WITH CLUSTERING ORDER BY (c DESC)");
    TableMetadata table = session.getMetadata().getKeyspace("java").get().getTable("t").get();
    expect(table.getPartitionKey().get(0).getName().asInternal().equals("k"), "partition key");
    expect(table.getClusteringColumns().size() == 1, "clustering columns");
    expect(session.checkSchemaAgreement(), "schema agreement");
    expect(session.getMetadata().getTokenMap().isPresent(), "token map");
    ok("the driver's metadata have the schema");
  }

  private static void everyType(CqlSession session) throws Exception {
    session.execute(
        "CREATE TABLE everything (k int PRIMARY KEY, a ascii, b bigint, c blob, d boolean, e date, f decimal, "
            + "g double, h duration, i float, j inet, l smallint, m text, n time, o timestamp, p timeuuid, "
            + "q tinyint, r uuid, s varint, t list<int>, u set<text>, v map<text, frozen<list<int>>>, "
            + "w tuple<int, text>, x frozen<address>, y vector<float, 3>)");
    PreparedStatement insert =
        session.prepare(
            "INSERT INTO everything (k,a,b,c,d,e,f,g,h,i,j,l,m,n,o,p,q,r,s,t,u,v,w,x,y) VALUES "
                + "(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
    ColumnDefinitions columns = insert.getVariableDefinitions();
    TupleValue tuple = ((TupleType) columns.get(22).getType()).newValue(5, "five");
    UdtValue address = ((UserDefinedType) columns.get(23).getType()).newValue("Main St", 12345);
    Object[] values = {
      1, "ascii", Long.MIN_VALUE, ByteBuffer.wrap(new byte[] {0, -1}), true, LocalDate.of(2026, 1, 2),
      new BigDecimal("-12.340"), 0.1, CqlDuration.newInstance(1, 2, 3), -1.5f, InetAddress.getByName("::1"),
      (short) -7, "ünïcode", LocalTime.MAX, Instant.ofEpochMilli(-1),
      UUID.fromString("8e144c2e-5f5d-11ee-b962-0242ac120002"), (byte) -128, UUID.randomUUID(),
      BigInteger.ONE.shiftLeft(80), List.of(3, 1, 3), Set.of("a", "b"), Map.of("x", List.of(1, 2)), tuple, address,
      CqlVector.newInstance(1f, -2.5f, 3.25f)
    };
    session.execute(insert.bind(values));
    Row row = session.execute("SELECT k,a,b,c,d,e,f,g,h,i,j,l,m,n,o,p,q,r,s,t,u,v,w,x,y FROM everything").one();
    for (int place = 0; place < values.length; place++) {
      Object read = row.getObject(place);
      expect(values[place].equals(read), "value " + place + ": sent " + values[place] + ", read " + read);
    }
    ok("every type comes back as it was");
  }

  private static void statements(CqlSession session) {
    session.execute("INSERT INTO t (k, c, v) VALUES (?, ?, ?)", 1, 1, "simple");
    session.execute("INSERT INTO t (k, c, v) VALUES (:k, :c, :v)", Map.of("k", 1, "c", 2, "v", "named"));
    PreparedStatement insert = session.prepare("INSERT INTO t (k, c, v) VALUES (?, ?, ?)");
    expect(insert.getPartitionKeyIndices().equals(List.of(0)), "partition key indexes");
    session.execute(insert.bind().setInt(0, 1).setInt(1, 1));
    session.execute(insert.bind(1, 2, null));
    List<Row> rows = session.execute("SELECT c, v FROM t WHERE k = 1").all();
    expect(rows.size() == 2 && rows.get(0).isNull(1) && "simple".equals(rows.get(1).getString(1)), "null and unset");
    ok("simple and prepared statements, null and unset");

    for (int number = 0; number < 500; number++) {
      session.execute(insert.bind(2, number, "x"));
    }
    ResultSet pages =
        session.execute(SimpleStatement.newInstance("SELECT c FROM t WHERE k = 2").setPageSize(30));
    expect(pages.getAvailableWithoutFetching() == 30, "the first page");
    int expected = 499;
    for (Row row : pages) {
      expect(row.getInt(0) == expected--, "rows in their order");
    }
    expect(expected == -1, "all rows");
    ok("pages");
  }

  private static void batches(CqlSession session) {
    PreparedStatement insert = session.prepare("INSERT INTO t (k, c, v) VALUES (?, ?, ?)");
    for (BatchType type : List.of(DefaultBatchType.LOGGED, DefaultBatchType.UNLOGGED)) {
      session.execute(
          BatchStatement.newInstance(
              type,
              insert.bind(3, 1, "prepared"),
              SimpleStatement.newInstance("INSERT INTO t (k, c, v) VALUES (3, 2, 'text')")));
    }
    session.execute("CREATE TABLE n (k int PRIMARY KEY, v counter)");
    session.execute(
        BatchStatement.newInstance(
            DefaultBatchType.COUNTER,
            SimpleStatement.newInstance("UPDATE n SET v = v + 2 WHERE k = 1"),
            SimpleStatement.newInstance("UPDATE n SET v = v - 1 WHERE k = 1")));
    expect(session.execute("SELECT * FROM t WHERE k = 3").all().size() == 2, "batches");
    expect(session.execute("SELECT v FROM n").one().getLong(0) == 1, "counter");
    ok("logged, unlogged and counter batches");

    expect(session.execute("INSERT INTO t (k, c, v) VALUES (4, 1, 'a') IF NOT EXISTS").wasApplied(), "the first");
    expect(!session.execute("INSERT INTO t (k, c, v) VALUES (4, 1, 'b') IF NOT EXISTS").wasApplied(), "the second");
    ok("conditions");
  }

  private static void errors(CqlSession session) {
    raises(SyntaxError.class, () -> session.execute("SELECT FROM"));
    Throwable error = raises(InvalidQueryException.class, () -> session.execute("SELECT * FROM nothing"));
    expect(error.getMessage().equals("table nothing does not exist"), error.getMessage());
    raises(AlreadyExistsException.class, () -> session.execute("CREATE TABLE t (k int PRIMARY KEY)"));
    SimpleStatement two =
        SimpleStatement.newInstance("SELECT * FROM t").setConsistencyLevel(DefaultConsistencyLevel.TWO);
    error = raises(AllNodesFailedException.class, () -> session.execute(two));
    expect(error.getMessage().contains("TWO (2 required but only 1 alive)"), error.getMessage());
    ok("errors have their kinds");
  }

  private static void restart(CqlSession session) throws Exception {
    PreparedStatement insert = session.prepare("INSERT INTO t (k, c, v) VALUES (?, ?, ?)");
    System.out.println("restart");
    new BufferedReader(new InputStreamReader(System.in)).readLine();
    for (int attempt = 0; attempt < 100; attempt++) {
      try {
        session.execute(insert.bind(9, 9, "after"));
        break;
      } catch (RuntimeException notYet) {
        Thread.sleep(200);
      }
    }
    Row row = session.execute("SELECT v FROM t WHERE k = 9").one();
    expect(row != null && "after".equals(row.getString(0)), "after the restart");
    ok("reconnects, and prepares again");
  }

  private static void ok(String what) {
    System.out.println("ok: " + what);
  }

  private static void expect(boolean condition, String what) {
    if (!condition) {
      throw new AssertionError(what);
    }
  }

  private static Throwable raises(Class<? extends Throwable> kind, Runnable action) {
    try {
      action.run();
    } catch (Throwable error) {
      expect(kind.isInstance(error), "expected " + kind.getSimpleName() + ", got " + error);
      return error;
    }
    throw new AssertionError(kind.getSimpleName() + " was expected");
  }
}
