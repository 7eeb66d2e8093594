package io.beethoven.evidence;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collector;
import java.util.stream.Collectors;

/** Set arithmetic on unmodifiable sets that remember the order in which they were filled. */
final class Sets {

  private Sets() {}

  static <T> Set<T> copyInOrder(Collection<T> elements) {
    return Collections.unmodifiableSet(new LinkedHashSet<>(elements));
  }

  static <K extends Comparable<K>, T> SortedMap<K, Set<T>> copySorted(Map<K, Set<T>> map) {
    SortedMap<K, Set<T>> copy = new TreeMap<>();
    map.forEach((key, set) -> copy.put(key, copyInOrder(set)));
    return Collections.unmodifiableSortedMap(copy);
  }

  static <T> Set<T> union(Collection<T> a, Collection<T> b) {
    Set<T> union = new LinkedHashSet<>(a);
    union.addAll(b);
    return union;
  }

  static <T> Set<T> intersection(Collection<T> a, Set<T> b) {
    return a.stream().filter(b::contains).collect(toLinkedSet());
  }

  static <T> Set<T> difference(Collection<T> a, Set<T> b) {
    Set<T> difference = new LinkedHashSet<>(a);
    difference.removeIf(b::contains);
    return difference;
  }

  /** Returns all subsets but the empty one; the earlier elements' subsets first. */
  static <T> List<Set<T>> subsets(Collection<T> elements) {
    List<Set<T>> subsets = new ArrayList<>();
    for (T element : elements) {
      List<Set<T>> grown = new ArrayList<>();
      for (Set<T> subset : subsets) {
        grown.add(union(subset, List.of(element)));
      }
      subsets.add(Set.of(element));
      subsets.addAll(grown);
    }
    return subsets;
  }

  static <T> Collector<T, ?, Set<T>> toLinkedSet() {
    return Collectors.toCollection(LinkedHashSet::new);
  }
}
