package io.beethoven.actors.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValue;
import io.beethoven.diagnosis.NodeFacts.Sameness;
import io.beethoven.error.BeethovenConfigException;
import io.beethoven.error.ConfigProblem;
import io.beethoven.grant.Timing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProfilesTest {

  private static final Path PAGE =
      Path.of(System.getProperty("basedir", "."), "..", "docs", "configuration.md");
  private static final Pattern ROW =
      Pattern.compile("\\| `([a-z.-]+)` \\| (\\S+ \\S+) \\| (\\S+ \\S+) \\| (\\S+ \\S+) \\|");
  private static final String CONTACT = "beethoven.lease.contact";
  private static final String PAUSE = "pekko.cluster.failure-detector.acceptable-heartbeat-pause";

  @Test
  void shouldSetWhatReferenceSaysWhenFast() {
    Config reference = SettingsSources.reference().getConfig("beethoven");

    durations("fast")
        .forEach(
            (path, value) -> assertThat(reference.getDuration(path)).as(path).isEqualTo(value));
  }

  @ParameterizedTest
  @EnumSource
  void shouldSetTheSameKnownKeysWhateverTheProfile(Profile profile) {
    assertThat(durations(SettingsReader.text(profile)).keySet())
        .isEqualTo(durations("fast").keySet());
  }

  @Test
  void shouldHaveABlockForEachProfile() {
    assertThat(Profiles.all().root().keySet())
        .isEqualTo(
            Stream.of(Profile.values()).map(SettingsReader::text).collect(Collectors.toSet()));
  }

  @ParameterizedTest
  @CsvSource({"fast, 400, 1500, 2000", "balanced, 1000, 4000, 5000", "safe, 3000, 12000, 15000"})
  void shouldGiveTheTimesOfTheProfile(String profile, long contact, long suspect, long term) {
    Timing timing = parse("beethoven.profile = " + profile).timing();

    assertThat(timing.contact()).isEqualTo(Duration.ofMillis(contact));
    assertThat(timing.suspect()).isEqualTo(Duration.ofMillis(suspect));
    assertThat(timing.leaseTerm()).isEqualTo(Duration.ofMillis(term));
    assertThat(timing.retryAfter()).isEqualTo(Duration.ofSeconds(60));
  }

  @ParameterizedTest
  @CsvSource({
    "fast, crash=180ms freeze=3.97s cut=3.97s planned-stop=5.08s",
    "balanced, crash=420ms freeze=10.16s cut=10.16s planned-stop=5.20s",
    "safe, crash=820ms freeze=30.33s cut=30.33s planned-stop=5.40s"
  })
  void shouldGiveTheBoundsThatThePageShows(String profile, String text) throws IOException {
    BeethovenSettings settings =
        parse("beethoven.profile = " + profile + "\nbeethoven.roles = [{ name = a }]");

    assertThat(settings.bounds(settings.roleSpecs()).text()).isEqualTo("bounds " + text);
    String row = text.replaceAll("[a-z-]+=(\\S+)", "| $1").replaceAll("([0-9])(m?s)", "$1 $2");
    assertThat(Files.readString(PAGE.resolveSibling("guarantees.md")))
        .contains("| " + profile + " " + row + " |");
  }

  @Test
  void shouldAddTheLongestStopOfAnUnfencedRoleToTheBoundOfSilence() {
    BeethovenSettings settings =
        parse(
            """
            beethoven.roles = [
              { name = a, stop-deadline = 3s, fenced = off }
              { name = b, stop-deadline = 2s, fenced = off }
              { name = c, stop-deadline = 4s }
            ]
            """);

    assertThat(settings.bounds(settings.roleSpecs()).text())
        .isEqualTo("bounds crash=180ms freeze=6.97s cut=6.97s planned-stop=4.08s");
  }

  @Test
  void shouldBeReportedAndNotRefusedWhenNodesDiffer() {
    assertThat(parse("beethoven.profile = safe").agreement())
        .isEqualTo(parse("beethoven.profile = fast").agreement());
    for (String key : List.of("profile", "lease.contact", "lease.suspect", "lease.term")) {
      assertThat(ComparedSettings.of(ConfigFactory.empty()).get("beethoven." + key).sameness())
          .as(key)
          .isEqualTo(Sameness.EXPECTED);
    }
  }

  @Test
  void shouldTuneTheMembershipToo() {
    assertThat(system("beethoven.profile = safe").getString(PAUSE)).isEqualTo("20s");
    assertThat(system("beethoven.profile = fast").getString(PAUSE)).isEqualTo("3s");
  }

  @Test
  void shouldLetASetKeyWinEvenWithTheDefaultsValue() {
    Config system =
        system(
            """
            beethoven.profile = safe
            beethoven.lease.contact = 400ms
            beethoven.pekko.cluster.failure-detector.acceptable-heartbeat-pause = 3s
            """);

    LeaseSettings lease = BeethovenSettings.parse(system).lease();
    assertThat(lease.contact()).isEqualTo(Duration.ofMillis(400));
    assertThat(lease.suspect()).isEqualTo(Duration.ofSeconds(12));
    assertThat(system.getString(PAUSE)).isEqualTo("3s");
  }

  @Test
  void shouldRankEverySourceOverTheProfile() {
    String profile = "beethoven.profile = balanced\n";
    Config none = ConfigFactory.empty();
    Properties property = new Properties();
    property.setProperty(CONTACT, "102ms");
    Map<String, String> environment = Map.of("BEETHOVEN_LEASE_CONTACT", "103ms");
    Config program = ConfigFactory.parseString(CONTACT + " = 101ms");

    assertThat(contact(program, property, environment, profile)).isEqualTo(101);
    assertThat(contact(none, property, environment, profile)).isEqualTo(102);
    assertThat(contact(none, new Properties(), environment, profile)).isEqualTo(103);
    assertThat(contact(none, new Properties(), Map.of(), profile + CONTACT + " = 104ms"))
        .isEqualTo(104);
    assertThat(contact(none, new Properties(), Map.of(), profile)).isEqualTo(1000);
    assertThat(contact(none, new Properties(), Map.of("BEETHOVEN_PROFILE", "safe"), profile))
        .isEqualTo(3000);
  }

  @Test
  void shouldRankOverDefaultsThatTheProgramsConfigurationHolds() {
    Config loaded =
        ConfigFactory.parseString("beethoven.profile = safe").withFallback(ConfigFactory.load());

    assertThat(BeethovenSettings.parse(merge(loaded)).lease().term())
        .isEqualTo(Duration.ofSeconds(15));
    assertThat(BeethovenSettings.parse(loaded).lease().term()).isEqualTo(Duration.ofSeconds(15));
    assertThat(ComparedSettings.of(loaded).get("beethoven.lease.term").value())
        .isEqualTo("\"15000 ms\"");
  }

  @Test
  void shouldReplaceAnotherProfilesValuesWhenLaidOverThem() {
    Config safe = merge(ConfigFactory.parseString("beethoven.profile = safe"));
    Config fast = ConfigFactory.parseString("beethoven.profile = fast").withFallback(safe);

    assertThat(Profiles.lay(safe)).isEqualTo(safe);
    assertThat(BeethovenSettings.parse(fast).lease().term()).isEqualTo(Duration.ofSeconds(2));
  }

  @ParameterizedTest
  @ValueSource(strings = {"quick", "FAST", "\"\"", "[fast]", "{ a = 1 }", "null"})
  void shouldListTheProfilesWhenItIsNone(String value) {
    assertThat(problems("beethoven.profile = " + value))
        .singleElement()
        .satisfies(problem -> assertThat(problem.path()).isEqualTo("beethoven.profile"))
        .satisfies(
            problem -> assertThat(problem.expected()).contains("one of fast, balanced, safe"));
  }

  @Test
  void shouldStillFindUnknownKeysAndBadSectionsWhenAProfileIsChosen() {
    assertThat(problems("beethoven { profile = safe, lease.contakt = 1s }"))
        .singleElement()
        .asString()
        .contains("beethoven.lease.contakt", "did you mean \"contact\"?");
    assertThat(problems("beethoven { profile = safe, lease = 5 }"))
        .singleElement()
        .asString()
        .contains("beethoven.lease = 5", "must be a block of settings");
    assertThat(problems("beethoven { profile = safe, profiles.safe.lease.contact = 1s }"))
        .singleElement()
        .asString()
        .contains("beethoven.profiles");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "term = 1600ms    | contact = \"400ms\" | less than a quarter of | term    | 1600 ms",
        "contact = 700ms  | contact = \"700ms\" | less than a quarter of | term    | 2 s",
        "suspect = 2s     | suspect = \"2s\"    | less than              | term    | 2 s",
        "suspect = 800ms  | suspect = \"800ms\" | more than twice        | contact | 400 ms",
      })
  void shouldNameBothKeysAndValuesWhenTimesDoNotFit(
      String line, String named, String bound, String other, String value) {
    assertThat(problems("beethoven.lease." + line))
        .singleElement()
        .asString()
        .startsWith(
            "beethoven.lease.%s: must be %s beethoven.lease.%s, which is %s ("
                .formatted(named, bound, other, value));
  }

  @Test
  void shouldSayThatTheProfileSetAValueThatDoesNotFit() {
    assertThat(problems("beethoven { profile = balanced, lease.suspect = 6s }"))
        .singleElement()
        .asString()
        .contains("beethoven.lease.suspect", "beethoven.lease.term, which is 5 s");
    assertThat(problems("beethoven { profile = balanced, lease { term = 3s, suspect = 2500ms } }"))
        .singleElement()
        .asString()
        .contains("beethoven.lease.contact = \"1s\"", "beethoven.profile = balanced");
  }

  @Test
  void shouldShowEveryValueOnThePage() throws IOException {
    Map<String, List<Duration>> shown = new TreeMap<>();
    for (String line : Files.readAllLines(PAGE)) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        shown.put(row.group(1), List.of(duration(row, 2), duration(row, 3), duration(row, 4)));
      }
    }
    Map<String, List<Duration>> known = new TreeMap<>();
    for (String path : new TreeSet<>(durations("fast").keySet())) {
      known.put(
          path,
          List.of(
              durations("fast").get(path),
              durations("balanced").get(path),
              durations("safe").get(path)));
    }

    assertThat(shown).isEqualTo(known);
  }

  private static Duration duration(Matcher row, int group) {
    return ConfigFactory.parseString("value = " + row.group(group)).getDuration("value");
  }

  private static Map<String, Duration> durations(String profile) {
    Config config = Profiles.all().getConfig(profile);
    Map<String, Duration> durations = new TreeMap<>();
    for (Map.Entry<String, ConfigValue> entry : config.entrySet()) {
      durations.put(entry.getKey(), config.getDuration(entry.getKey()));
    }
    return durations;
  }

  private static long contact(
      Config program, Properties property, Map<String, String> environment, String application) {
    Config merged =
        new SettingsSources(program, property, environment, ConfigFactory.parseString(application))
            .merge();
    return BeethovenSettings.parse(merged).lease().contact().toMillis();
  }

  private static Config merge(Config application) {
    return new SettingsSources(ConfigFactory.empty(), new Properties(), Map.of(), application)
        .merge();
  }

  private static Config system(String lines) {
    Config merged = merge(ConfigFactory.parseString(lines));
    return PekkoOverlay.over(merged, BeethovenSettings.parse(merged));
  }

  private static BeethovenSettings parse(String lines) {
    return BeethovenSettings.parse(ConfigFactory.parseString(lines));
  }

  private static List<ConfigProblem> problems(String lines) {
    return catchThrowableOfType(BeethovenConfigException.class, () -> parse(lines)).problems();
  }
}
