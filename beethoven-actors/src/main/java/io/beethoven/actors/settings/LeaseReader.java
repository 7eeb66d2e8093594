package io.beethoven.actors.settings;

import java.time.Duration;

/**
 * Reads the section {@code lease} of the settings and holds its times to each other, so that {@link
 * BeethovenSettings#timing()} cannot fail.
 */
final class LeaseReader {

  private static final String CONTACT = "lease.contact";
  private static final String SUSPECT = "lease.suspect";
  private static final String TERM = "lease.term";

  private final SettingsReader in;

  LeaseReader(SettingsReader in) {
    this.in = in;
  }

  LeaseSettings read() {
    LeaseSettings settings =
        new LeaseSettings(
            in.duration(CONTACT, Duration.ofMillis(10), Duration.ofMinutes(1)),
            in.duration(SUSPECT, Duration.ofMillis(50), Duration.ofMinutes(10)),
            in.duration(TERM, Duration.ofMillis(100), Duration.ofMinutes(10)));
    Duration contact = settings.contact();
    Duration suspect = settings.suspect();
    Duration term = settings.term();
    require(
        contact.multipliedBy(4).compareTo(term) < 0,
        CONTACT,
        "must be less than a quarter of",
        TERM,
        term);
    require(suspect.compareTo(term) < 0, SUSPECT, "must be less than", TERM, term);
    require(
        suspect.compareTo(contact.multipliedBy(2)) > 0,
        SUSPECT,
        "must be more than twice",
        CONTACT,
        contact);
    return settings;
  }

  private void require(boolean holds, String path, String bound, String other, Duration value) {
    if (!holds && !in.isFaulty(path) && !in.isFaulty(other)) {
      in.add(
          path,
          "%s %s.%s, which is %s"
              .formatted(bound, BeethovenSettings.ROOT, other, SettingsReader.text(value)));
    }
  }
}
