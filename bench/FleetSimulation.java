import java.util.Arrays;
import java.util.Locale;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/**
 * How large a fleet of hubs is, and what happens to it when everybody comes back at once, and when
 * it is deployed anew: a model, to be run by {@code java bench/FleetSimulation.java
 * [size|storm|deploy] [name=value …]}. The same seed gives the same figures.
 *
 * <p>A client is a subscriber with one stream. A node lets in {@code accepts} streams a second; up
 * to {@code backlog} more wait in its kernel, and a connection beyond that isn't answered: the
 * client's kernel asks again after 1, 2, 4, 8 … seconds. Time goes in steps of 0.1 s.
 */
final class FleetSimulation {

  private static final int STEPS_PER_SECOND = 10;
  private static final int LIMIT_SECONDS = 4 * 3600;

  private static String[] arguments = {};

  private final int nodes = number("nodes", 1000);
  private final int perNode = number("per-node", 10_000);
  private final int clients = Math.multiplyExact(nodes, perNode);
  private final int accepts = number("accepts", 2_000);
  private final int backlog = number("backlog", 4_096);
  private final SplittableRandom random = new SplittableRandom(number("seed", 1));

  public static void main(String[] given) {
    arguments = given;
    FleetSimulation simulation = new FleetSimulation();
    switch (given.length == 0 || given[0].contains("=") ? "all" : given[0]) {
      case "size" -> simulation.sizes();
      case "storm" -> simulation.storms();
      case "deploy" -> simulation.deploys();
      case "all" -> {
        simulation.sizes();
        simulation.storms();
        simulation.deploys();
      }
      default -> throw new IllegalArgumentException(given[0] + ": size, storm or deploy");
    }
  }

  private static int number(String name, int otherwise) {
    return Arrays.stream(arguments)
        .filter(argument -> argument.startsWith(name + "="))
        .map(argument -> Integer.parseInt(argument.substring(name.length() + 1).replace("_", "")))
        .findFirst()
        .orElse(otherwise);
  }

  // ---- how large it is

  /** What docs/performance.md has measured of one subscriber: bytes, and microseconds of a core. */
  private static final int HUB_BYTES = 9_900;

  private static final int KERNEL_BYTES = 5_100;
  private static final double HEARTBEAT_MICROS = 25;
  private static final double DELIVERY_MICROS = 5.5;
  private static final double OPEN_MICROS = 106;

  /** On the wire, with TLS and TCP: an event of 100 bytes, a heartbeat. */
  private static final int EVENT_BYTES = 240;

  private static final int HEARTBEAT_BYTES = 110;

  private void sizes() {
    int streams = number("streams", 250_000);
    int heartbeat = number("heartbeat", 15);
    System.out.printf(
        Locale.ROOT,
        "size: %,d streams a node, a tenth of the nodes to spare; a heartbeat after %d s%n%n",
        streams,
        heartbeat);
    System.out.println(
        "| subscribers | events for each | nodes | memory, a node | cores busy, a node | sent, a"
            + " node | sent in all | all back, CPU of a node |");
    System.out.println("|---:|---|---:|---:|---:|---:|---:|---:|");
    for (int millions : new int[] {1, 10, 100}) {
      size(millions, "one a minute", 1 / 60.0, streams, heartbeat);
      size(millions, "one a second", 1, streams, heartbeat);
    }
    System.out.println();
  }

  private static void size(int millions, String events, double rate, int streams, int heartbeat) {
    double subscribers = millions * 1e6;
    double needed = Math.ceil(subscribers / streams);
    // Whoever gets an event needs no heartbeat in that time.
    double heartbeats = rate > 1.0 / heartbeat ? 0 : 1.0 / heartbeat;
    double bytes = rate * EVENT_BYTES + heartbeats * HEARTBEAT_BYTES;
    double micros = rate * DELIVERY_MICROS + heartbeats * HEARTBEAT_MICROS;
    System.out.printf(
        Locale.ROOT,
        "| %d million | %s | %,.0f | %.1f GB | %.1f | %.2f Gbit/s | %,.1f Gbit/s | %.0f s |%n",
        millions,
        events,
        needed + Math.ceil(needed / 10),
        streams * (double) (HUB_BYTES + KERNEL_BYTES) / 1e9,
        streams * micros / 1e6,
        streams * bytes * 8 / 1e9,
        subscribers * bytes * 8 / 1e9,
        streams * OPEN_MICROS / 1e6);
  }

  // ---- everybody comes back at once

  private void storms() {
    System.out.printf(
        Locale.ROOT,
        "storm: %,d clients lose their streams at once; %,d nodes let in %,d a second each%n%n",
        clients,
        nodes,
        accepts);
    System.out.println(
        "| come back | half are back | 99 % | all | attempts unanswered | waiting at most, a node"
            + " |");
    System.out.println("|---|---:|---:|---:|---:|---:|");
    storm("all at 2 s (retry: 2000, a native EventSource)", 2, 0);
    storm("at 2 s and up to 0.5 s more (Sluice's clients)", 2, 0.5);
    storm("at 2 s and up to 10 s more (what a drain says)", 2, 10);
    storm("at 2 s and up to 60 s more", 2, 60);
    System.out.println();
  }

  /** All nodes are there, and know nobody. Each client is sent to any of them, at random. */
  private void storm(String name, double least, double spread) {
    Queue[] fleet = new Queue[nodes];
    Arrays.setAll(fleet, i -> new Queue());
    int[] due = new int[LIMIT_SECONDS * STEPS_PER_SECOND];
    for (int i = 0; i < clients; i++) {
      due[steps(least + spread * random.nextDouble())]++;
    }
    Retransmissions unanswered = new Retransmissions();
    long in = 0;
    long refused = 0;
    int longest = 0;
    double[] when = {-1, -1, -1};
    for (int step = 0; in < clients; step++) {
      for (int i = 0; i < due[step]; i++) {
        refused += fleet[random.nextInt(nodes)].offer(step, 0, unanswered, backlog) ? 0 : 1;
      }
      for (Attempt again = unanswered.due(step); again != null; again = unanswered.due(step)) {
        refused +=
            fleet[random.nextInt(nodes)].offer(step, again.failures(), unanswered, backlog) ? 0 : 1;
      }
      for (Queue node : fleet) {
        longest = Math.max(longest, node.waiting);
        in += node.serve(accepts / STEPS_PER_SECOND);
      }
      double[] shares = {0.5, 0.99, 1};
      for (int i = 0; i < shares.length; i++) {
        if (when[i] < 0 && in >= shares[i] * clients) {
          when[i] = (step + 1.0) / STEPS_PER_SECOND;
        }
      }
    }
    System.out.printf(
        Locale.ROOT,
        "| %s | %.1f s | %.1f s | %.1f s | %,d | %,d |%n",
        name,
        when[0],
        when[1],
        when[2],
        refused,
        longest);
  }

  /** A node's listening socket. */
  private static final class Queue {

    int waiting;

    boolean offer(int step, int failures, Retransmissions unanswered, int backlog) {
      if (waiting < backlog) {
        waiting++;
        return true;
      }
      unanswered.add(step + (STEPS_PER_SECOND << Math.min(failures, 5)), failures + 1);
      return false;
    }

    int serve(int most) {
      int served = Math.min(waiting, most);
      waiting -= served;
      return served;
    }
  }

  /** A connection that is asked for again. */
  private record Attempt(int step, int failures) {}

  /** Those that weren't answered, by when they ask again. */
  private static final class Retransmissions {

    private final PriorityQueue<Attempt> attempts =
        new PriorityQueue<>((a, b) -> Integer.compare(a.step(), b.step()));

    void add(int step, int failures) {
      attempts.add(new Attempt(step, failures));
    }

    Attempt due(int step) {
      return !attempts.isEmpty() && attempts.peek().step() <= step ? attempts.poll() : null;
    }
  }

  // ---- a rolling deploy

  private void deploys() {
    System.out.printf(
        Locale.ROOT,
        "deploy: %,d nodes with %,d streams each; a batch drains, is away for %d s, is back%n%n",
        nodes,
        perNode,
        number("away", 15));
    System.out.println(
        "| at a time | streams go to | it takes | moved once | twice | more | most in a second,"
            + " a node | fullest node |");
    System.out.println("|---:|---|---:|---:|---:|---:|---:|---:|");
    for (int batch : new int[] {number("batch", nodes / 100), nodes / 20, nodes / 5}) {
      deploy(batch, false);
      deploy(batch, true);
    }
    System.out.println();
  }

  /**
   * @param fewest streams go to the node that has the fewest; else to any
   */
  private void deploy(int batch, boolean fewest) {
    Fleet fleet = new Fleet();
    int away = steps(number("away", 15));
    int step = 0;
    for (int first = 0; first < nodes; first += batch) {
      int last = Math.min(nodes, first + batch);
      fleet.takeOut(first, last, step);
      for (int end = step + away; step < end; step++) {
        fleet.letIn(step, fewest);
      }
      fleet.bringBack(first, last);
    }
    int done = step;
    while (fleet.someAreAway()) {
      fleet.letIn(step++, fewest);
    }
    int[] moved = new int[3];
    for (byte moves : fleet.moves) {
      moved[Math.min(moves, 3) - 1]++;
    }
    System.out.printf(
        Locale.ROOT,
        "| %d | %s | %.1f min | %.1f %% | %.1f %% | %.1f %% | %,d | %.2f x |%n",
        batch,
        fewest ? "the fewest" : "any",
        done / 60.0 / STEPS_PER_SECOND,
        100.0 * moved[0] / clients,
        100.0 * moved[1] / clients,
        100.0 * moved[2] / clients,
        fleet.mostInASecond,
        (double) fleet.fullest / perNode);
  }

  private static int steps(double seconds) {
    return (int) (seconds * STEPS_PER_SECOND);
  }

  /** Who is where. */
  private final class Fleet {

    final byte[] moves = new byte[clients];
    final int[] at = new int[clients];
    final int[] streams = new int[nodes];
    final boolean[] there = new boolean[nodes];
    final int[] cameThisSecond = new int[nodes];
    int mostInASecond;
    int fullest;

    // By the step in which they come back, modulo the number of places: none waits that long.
    private final int[][] back = new int[steps(16)][16];
    private final int[] backCount = new int[back.length];
    private int away;
    private int[] usable = {};

    Fleet() {
      Arrays.fill(there, true);
      Arrays.fill(streams, perNode);
      for (int client = 0; client < clients; client++) {
        at[client] = client % nodes;
      }
    }

    /** These drain: each of their clients is told a moment of its own, 2 to 12 s from now. */
    void takeOut(int first, int last, int step) {
      for (int client = 0; client < clients; client++) {
        int node = at[client];
        if (node >= first && node < last) {
          at[client] = -1;
          moves[client]++;
          comesBack(step + steps(2 + 10 * random.nextDouble()), client);
        }
      }
      for (int node = first; node < last; node++) {
        there[node] = false;
        streams[node] = 0;
      }
      findUsable();
    }

    private void comesBack(int step, int client) {
      int place = step % back.length;
      if (backCount[place] == back[place].length) {
        back[place] = Arrays.copyOf(back[place], 2 * backCount[place]);
      }
      back[place][backCount[place]++] = client;
      away++;
    }

    void bringBack(int first, int last) {
      Arrays.fill(there, first, last, true);
      findUsable();
    }

    boolean someAreAway() {
      return away > 0;
    }

    void letIn(int step, boolean fewest) {
      if (step % STEPS_PER_SECOND == 0) {
        Arrays.fill(cameThisSecond, 0);
      }
      PriorityQueue<long[]> byStreams = new PriorityQueue<>((a, b) -> Long.compare(a[0], b[0]));
      if (fewest) {
        for (int node : usable) {
          byStreams.add(new long[] {streams[node], node});
        }
      }
      int place = step % back.length;
      for (; backCount[place] > 0; away--) {
        int client = back[place][--backCount[place]];
        int node;
        if (fewest) {
          long[] least = byStreams.poll();
          node = (int) least[1];
          byStreams.add(new long[] {least[0] + 1, node});
        } else {
          node = usable[random.nextInt(usable.length)];
        }
        at[client] = node;
        streams[node]++;
        mostInASecond = Math.max(mostInASecond, ++cameThisSecond[node]);
        fullest = Math.max(fullest, streams[node]);
      }
    }

    private void findUsable() {
      int count = 0;
      int[] all = new int[nodes];
      for (int node = 0; node < nodes; node++) {
        if (there[node]) {
          all[count++] = node;
        }
      }
      usable = Arrays.copyOf(all, count);
    }
  }
}
