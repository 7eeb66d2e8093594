package io.beethoven.testkit.witness;

import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What the witness has to say.
 *
 * @param findings the promises that were not kept, by their moments
 * @param gaps all gaps, by their begins
 * @param instances how many instances there were
 * @param failovers how often a slot went to another node
 * @param looks how often instances looked whether they may write
 * @param withoutRight how many of these looks found no right: the instance ran and must not write
 * @param late how many found the right and took so long that another instance held it before they
 *     were over: what only the protected resource can refuse, by the token
 */
public record WitnessReport(
    List<Finding> findings,
    List<Gap> gaps,
    int instances,
    int failovers,
    long looks,
    long withoutRight,
    long late) {

  /** Creates a report. */
  public WitnessReport {
    findings = List.copyOf(findings);
    gaps = List.copyOf(gaps);
  }

  /** Returns the longest gap by cause. */
  public Map<Cause, Duration> worstGaps() {
    Map<Cause, Duration> worst = new EnumMap<>(Cause.class);
    gaps.forEach(
        gap -> worst.merge(gap.cause(), gap.length(), (a, b) -> a.compareTo(b) > 0 ? a : b));
    return worst;
  }
}
