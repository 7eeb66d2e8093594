package io.beethoven.diagnosis;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Judges an {@link Examination}. The same facts give the same findings in the same order: the worst
 * first, then by kind, then by what they are about.
 */
public final class Diagnostics {

  private static final Comparator<Diagnosis> ORDER =
      Comparator.comparing(Diagnosis::severity)
          .thenComparing(Diagnosis::kind)
          .thenComparing(Diagnosis::about);

  private Diagnostics() {}

  /**
   * Judges.
   *
   * @param facts what was found out
   * @return the findings, the worst first; never empty
   */
  public static List<Diagnosis> of(Examination facts) {
    List<Diagnosis> findings = new ArrayList<>();
    MachineFindings.add(facts, findings);
    NeighbourFindings.add(facts, findings);
    ClusterFindings.add(facts, findings);
    NodeFindings.add(facts, findings);
    findings.sort(ORDER);
    return List.copyOf(findings);
  }

  /**
   * Returns how bad it is altogether.
   *
   * @param findings what {@link #of} returned
   * @return the severity of the worst
   */
  public static Severity worst(List<Diagnosis> findings) {
    return findings.stream()
        .map(Diagnosis::severity)
        .min(Comparator.naturalOrder())
        .orElse(Severity.OK);
  }
}
