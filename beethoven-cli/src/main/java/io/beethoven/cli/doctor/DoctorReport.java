package io.beethoven.cli.doctor;

import io.beethoven.diagnosis.Diagnosis;
import io.beethoven.diagnosis.Severity;
import java.util.List;
import java.util.Locale;

/** Findings as lines for people. */
final class DoctorReport {

  private DoctorReport() {}

  static String line(Diagnosis finding) {
    String line =
        String.format(
            Locale.ROOT,
            "%-7s  %-17s %s",
            finding.severity().name().toLowerCase(Locale.ROOT),
            finding.kind().text(),
            finding.meaning());
    return finding.remedy().isEmpty() ? line : line + " To do: " + finding.remedy();
  }

  static String summary(List<Diagnosis> findings) {
    long errors = count(findings, Severity.ERROR);
    long warnings = count(findings, Severity.WARNING);
    return errors + warnings == 0
        ? "Nothing is wrong."
        : words(errors, "error") + ", " + words(warnings, "warning") + "; see docs/doctor.md.";
  }

  private static long count(List<Diagnosis> findings, Severity severity) {
    return findings.stream().filter(finding -> finding.severity() == severity).count();
  }

  private static String words(long count, String what) {
    return count + " " + what + (count == 1 ? "" : "s");
  }
}
