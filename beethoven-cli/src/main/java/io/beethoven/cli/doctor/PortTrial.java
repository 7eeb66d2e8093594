package io.beethoven.cli.doctor;

import io.beethoven.actors.settings.EphemeralPorts;
import io.beethoven.diagnosis.PortFacts;
import io.beethoven.diagnosis.PortFacts.State;
import io.beethoven.discovery.Endpoint;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.Optional;

/**
 * Tries whether a port can be taken, without ever listening there: whoever dials it meanwhile is
 * refused as before.
 */
final class PortTrial {

  private PortTrial() {}

  static PortFacts of(String key, Endpoint at, Optional<EphemeralPorts> ephemeral) {
    String advice = ephemeral.flatMap(ports -> ports.advice(key, at.port())).orElse("");
    try {
      State state = canBind(at.host(), 0) ? State.TAKEN : State.NOT_HERE;
      if (state == State.TAKEN && canBind(at.host(), at.port())) {
        state = State.FREE;
      }
      return new PortFacts(key, at, state, "", advice);
    } catch (IOException e) {
      return new PortFacts(key, at, State.REFUSED, String.valueOf(e.getMessage()), advice);
    }
  }

  /** Tells whether an address is one of this machine's. */
  static boolean isHere(String host) {
    try {
      return canBind(host, 0);
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Tells whether a socket can have the address; a port in use and a foreign host are no errors.
   */
  private static boolean canBind(String host, int port) throws IOException {
    try (SocketChannel channel = SocketChannel.open()) {
      // As a node does: connections of its former life that linger are no hindrance.
      channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      channel.bind(new InetSocketAddress(InetAddress.getByName(host), port));
      return true;
    } catch (BindException e) {
      if (String.valueOf(e.getMessage()).contains("ermission")) {
        throw e;
      }
      return false;
    }
  }
}
