package io.beethoven.evidence;

import io.beethoven.model.Epoch;
import io.beethoven.model.Incarnation;
import io.beethoven.model.NodeId;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/** Incarnations to test with; node 1 has the lowest address. */
final class Nodes {

  private Nodes() {}

  static Incarnation node(int number) {
    return new Incarnation(new NodeId("127.0.0." + number, 25520), 100 + number);
  }

  static Set<Incarnation> nodes(Integer... numbers) {
    return nodes(List.of(numbers));
  }

  static Set<Incarnation> nodes(Collection<Integer> numbers) {
    Set<Incarnation> nodes = new LinkedHashSet<>();
    numbers.forEach(number -> nodes.add(node(number)));
    return nodes;
  }

  static VoterSet voters(int count) {
    return new VoterSet(IntStream.rangeClosed(1, count).mapToObj(Nodes::node).toList());
  }

  static Voters settled(VoterSet voters) {
    return new Voters(1, 1, Epoch.NONE, voters, Optional.empty());
  }
}
