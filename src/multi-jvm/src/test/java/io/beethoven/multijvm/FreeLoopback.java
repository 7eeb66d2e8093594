package io.beethoven.multijvm;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Random;

/**
 * A /28 of loopback addresses and two ports, drawn at random and found free, so that test classes
 * and builds beside each other do not meet. The ports are below those that the system hands out to
 * clients.
 *
 * @param prefix the first three parts of the addresses
 * @param remotingPort free at all addresses
 * @param beaconPort free at all addresses
 */
record FreeLoopback(String prefix, int remotingPort, int beaconPort) implements Place {

  private static final int LOWEST_PORT = 20_000;
  private static final int HIGHEST_PORT = 32_000;
  private static final int ATTEMPTS = 50;

  static FreeLoopback find() {
    Random random = new Random();
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      int remoting = random.nextInt(LOWEST_PORT, HIGHEST_PORT);
      FreeLoopback drawn =
          new FreeLoopback(
              "127." + random.nextInt(1, 255) + "." + random.nextInt(1, 255),
              remoting,
              remoting + 1);
      if (drawn.isFree()) {
        return drawn;
      }
    }
    throw new IllegalStateException("no free loopback addresses found in " + ATTEMPTS + " draws");
  }

  @Override
  public String host(int number) {
    return prefix + "." + number;
  }

  @Override
  public String subnet() {
    return prefix + ".0/28";
  }

  private boolean isFree() {
    for (int number = 1; number < 15; number++) {
      if (!isFree(number, remotingPort) || !isFree(number, beaconPort)) {
        return false;
      }
    }
    return true;
  }

  private boolean isFree(int number, int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(host(number), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
