package io.beethoven.actors.discovery;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import javax.naming.Context;
import javax.naming.NameNotFoundException;
import javax.naming.NamingEnumeration;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.directory.InitialDirContext;

/**
 * Asks name servers for A and AAAA records by the JDK's own DNS client, which keeps no answer: how
 * old one may be, its TTL, is left to the servers. See decision 9.
 */
final class NameServers implements NameResolver {

  private static final String FIRST_TIMEOUT_MILLIS = "400";
  private static final String ATTEMPTS = "2";

  private final String servers;

  private NameServers(String servers) {
    this.servers = servers;
  }

  /** Asks the name servers of this machine, and where they know nothing, the machine itself. */
  static NameResolver ofThisMachine() {
    NameServers servers = new NameServers("dns:");
    return name -> {
      List<InetAddress> found = new ArrayList<>();
      try {
        found.addAll(servers.resolve(name));
      } catch (IOException e) {
        // There may be no name server: a hosts file is enough for a few machines.
      }
      return found.isEmpty() ? List.of(InetAddress.getAllByName(name)) : found;
    };
  }

  /**
   * Asks one name server.
   *
   * @param address its address and port
   */
  static NameResolver at(String address) {
    return new NameServers("dns://" + address);
  }

  @Override
  @SuppressWarnings("JdkObsolete") // JNDI takes nothing but a Hashtable
  public List<InetAddress> resolve(String name) throws IOException {
    Hashtable<String, String> environment = new Hashtable<>();
    environment.put(Context.INITIAL_CONTEXT_FACTORY, "com.sun.jndi.dns.DnsContextFactory");
    environment.put(Context.PROVIDER_URL, servers);
    environment.put("com.sun.jndi.dns.timeout.initial", FIRST_TIMEOUT_MILLIS);
    environment.put("com.sun.jndi.dns.timeout.retries", ATTEMPTS);
    try {
      InitialDirContext context = new InitialDirContext(environment);
      try {
        String absolute = name.endsWith(".") ? name : name + ".";
        List<InetAddress> found = new ArrayList<>(records(context, absolute, "A"));
        found.addAll(records(context, absolute, "AAAA"));
        return found;
      } finally {
        context.close();
      }
    } catch (NamingException e) {
      throw new IOException("no name server answers for \"" + name + "\"", e);
    }
  }

  @SuppressWarnings("BanJNDI") // The DNS provider makes texts of records and deserialises nothing.
  private static List<InetAddress> records(InitialDirContext context, String name, String type)
      throws NamingException, UnknownHostException {
    List<InetAddress> found = new ArrayList<>();
    try {
      Attribute records = context.getAttributes(name, new String[] {type}).get(type);
      NamingEnumeration<?> values = records == null ? null : records.getAll();
      while (values != null && values.hasMore()) {
        // Text of an address, so that nothing is resolved.
        found.add(InetAddress.getByName(String.valueOf(values.next())));
      }
    } catch (NameNotFoundException e) {
      return List.of();
    }
    return found;
  }
}
